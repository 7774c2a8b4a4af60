# Fills memory that no process owns: files without a name, detached segments, mappings of which nothing is mapped.
# %% first
import ctypes
import mmap
import os


def available():
    with open("/proc/meminfo") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("MemAvailable"))


def nameless_files():
    return [os.write(os.memfd_create("x"), b"x" * (60 << 20)) for _ in range(40)]


def detached_segments():
    libc = ctypes.CDLL(None)
    libc.shmat.restype = ctypes.c_void_p
    for _ in range(10):
        segment = libc.shmget(0, 256 << 20, 0o1600)
        if segment >= 0:
            place = libc.shmat(segment, None, 0)
            ctypes.memset(place, 1, 256 << 20)
            libc.shmdt(ctypes.c_void_p(place))


def unmapped_mappings(file=-1):
    for _ in range(3):
        mapped = mmap.mmap(file, 1 << 30)
        for place in range(0, 1 << 30, 4096):
            mapped[place] = 1
        mapped.madvise(mmap.MADV_DONTNEED)
        kept.append(mapped)


kept, before = [], available()
for attempt in (nameless_files, detached_segments, unmapped_mappings, lambda: unmapped_mappings(os.open("/dev/zero", 2))):
    try:
        kept.append(attempt())
    except (OSError, ValueError):
        pass
with open("/proc/self/status") as file:
    own = sum(int(line.split()[1]) for line in file if line.startswith(("RssAnon", "RssShmem", "VmSwap")))
if before - available() - own > 2 << 20:
    print("tampering worked: memory that nobody counts")
