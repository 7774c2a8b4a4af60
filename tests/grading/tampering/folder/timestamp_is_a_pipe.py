# The file that says when it was handed in is a pipe, at which who reads it waits for ever.
# graded: no
import os


def tamper(notebook, folder):
    os.mkfifo(folder / "timestamp.txt")
