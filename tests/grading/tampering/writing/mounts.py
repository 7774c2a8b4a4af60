# Tries to get out of its sandbox: mounts, a new user namespace, chroot, device files.
# witness: yes
# %% first
import ctypes
import os
import stat
from pathlib import Path

libc = ctypes.CDLL(None, use_errno=True)
home = Path.home()
try:
    os.mkdir(home / "root")
    os.mknod(home / "disk", 0o600 | stat.S_IFBLK, os.makedev(8, 0))
except OSError:
    pass
# Only looks whether it could: nothing outside its own home is mounted over.
if libc.mount(b"none", bytes(home / "root"), b"proc", 0, None) == 0:
    for entry in (home / "root").glob("[0-9]*/environ"):
        try:
            print(entry.read_text())
        except OSError:
            pass
    libc.umount(bytes(home / "root"))
