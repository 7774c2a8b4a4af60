# Hands in a named pipe: who reads it waits for ever.
# graded: no
import os


def tamper(notebook, folder):
    os.mkfifo(folder / "gru.ipynb")
