# Hands in no notebook but one whose name is no text, and an order to the terminal.
# graded: no
import os


def tamper(notebook, folder):
    with open(os.path.join(os.fsencode(folder), b"\xff\x1b[2J\n.ipynb"), "wb") as file:
        file.write(b"{}")
    (folder / "gru.ipynb").mkdir()
