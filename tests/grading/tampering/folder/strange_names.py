# Hands in files whose names are commands, options, paths, lines, not UTF-8, or as long as can be.
# witness: yes
# graded: either
import os


def tamper(notebook, folder):
    names = [
        b"--force",
        b"-rf",
        b"a\nb.txt",
        b"$(touch @MARKER@)".replace(b"/", b"\xe2\x88\x95"),
        b"`id`;ls",
        b"..  ",
        b"...",
        b"\xff\xfe.txt",
        b"<img src=x onerror=document.title='tampered'>.txt",
        b"%2e%2e%2fgradebook.db",
        b"x" * 250,
        b"gru.ipynb ",
        b"GRU.ipynb.ipynb",
    ]
    for name in names:
        with open(os.path.join(os.fsencode(folder), name), "wb") as file:
            file.write(b"{}")
