# Hands in symbolic links to the gradebook, to the sources, to a neighbour, to /etc and to the whole disk.
# graded: either
def tamper(notebook, folder):
    for name, target in {
        "gradebook": "@COURSE@/gradebook.db",
        "key": "@HOME@/.key",
        "source": "@COURSE@/source/gru/gru.ipynb",
        "notes": "../../0-neighbour/gru/notes.txt",
        "passwd": "/etc/passwd",
        "root": "/",
        "loop": "loop",
    }.items():
        (folder / name).symlink_to(target)


# %% first
import os
from pathlib import Path

for name in ("gradebook", "key", "source", "notes", "passwd", "root"):
    try:
        print(Path(name).read_bytes().decode(errors="replace"))
    except OSError:
        pass
