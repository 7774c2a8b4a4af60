# Leaves a daemon behind, forked twice, with another name and no terminal.
# witness: yes
# %% first
import ctypes
import os
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.chdir("/")
        ctypes.CDLL(None).prctl(15, b"course-marker-daemon"[:15], 0, 0, 0)
        os.execv("/bin/sh", ["course-marker-@NAME@", "-c", "sleep 4; echo > @MARKER@; exec sleep 30"])
    os._exit(0)
time.sleep(0.2)
