# Leaves shared memory, semaphores and files in /dev/shm and /tmp behind.
# witness: yes
# %% first
from multiprocessing import resource_tracker, shared_memory
from pathlib import Path

try:
    block = shared_memory.SharedMemory("course-marker-@NAME@", create=True, size=4096)
    resource_tracker.unregister(block._name, "shared_memory")
    block.buf[:4] = b"mark"
    block.close()
except OSError:
    pass
for folder in ("/tmp", "/dev/shm", "/var/tmp"):
    try:
        Path(folder, "course-marker-@NAME@.left").write_text("left")
    except OSError:
        pass
