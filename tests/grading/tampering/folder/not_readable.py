# Hands in files and folders that nobody may read or enter.
# graded: either
def tamper(notebook, folder):
    (folder / "secret").mkdir()
    (folder / "secret" / "a.txt").write_text("a")
    (folder / "locked.txt").write_text("a")
    (folder / "locked.txt").chmod(0)
    (folder / "secret").chmod(0)
