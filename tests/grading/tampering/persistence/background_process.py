# Leaves a process of its own session behind, which writes a file later.
# witness: yes
# %% first
import subprocess
import sys

later = "import time, sys; time.sleep(3); open('@MARKER@', 'w').close(); time.sleep(40)"
subprocess.Popen([sys.executable, "-c", later, "course-marker-@NAME@"], start_new_session=True)
