# Writes into the process that starts the kernels: its memory, through /proc and ptrace.
# witness: yes
# %% first
import ctypes
import os

parent = os.getppid()
libc = ctypes.CDLL(None, use_errno=True)
try:
    with open(f"/proc/{parent}/mem", "r+b"):
        if "bwrap" not in open(f"/proc/{parent}/cmdline").read():
            @SAY@
except OSError:
    pass
for name in ("environ", "maps"):
    try:
        open(f"/proc/{parent}/{name}").read()
    except OSError:
        pass
