# Hands in a link to the instructor's notebook as its own.
# graded: either
def tamper(notebook, folder):
    (folder / "gru.ipynb").symlink_to("@COURSE@/source/gru/gru.ipynb")
