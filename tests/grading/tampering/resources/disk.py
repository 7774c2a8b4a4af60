# Writes 300 MiB into its home, its working folder and the temporary folder.
# graded: either
# witness: yes
# %% gru-params
import os
from pathlib import Path

for place in (Path.home(), Path.cwd(), Path("/tmp"), Path("/dev/shm"), Path("/var/tmp")):
    file = place / "course-marker-@NAME@.hog"
    try:
        with open(file, "wb") as big:
            for _ in range(300):
                big.write(b"x" * (1 << 20))
        @SAY@
    except OSError:
        pass
    finally:
        file.unlink(missing_ok=True)
