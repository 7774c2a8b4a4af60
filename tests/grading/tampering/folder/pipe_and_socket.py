# Hands in a named pipe and a socket beside the notebook.
# graded: either
import os
import socket


def tamper(notebook, folder):
    os.mkfifo(folder / "data.csv")
    here = os.getcwd()
    os.chdir(folder)
    socket.socket(socket.AF_UNIX).bind("sock")
    os.chdir(here)
