# Hands in a link to a neighbour's notebook as its own.
# graded: either
def tamper(notebook, folder):
    (folder / "gru.ipynb").symlink_to("../../0-neighbour/gru/gru.ipynb")
