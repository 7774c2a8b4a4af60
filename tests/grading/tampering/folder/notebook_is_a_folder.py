# Hands in a folder called gru.ipynb.
# graded: no
def tamper(notebook, folder):
    (folder / "gru.ipynb").mkdir()
    (folder / "gru.ipynb" / "gru.ipynb").write_text("{}")
