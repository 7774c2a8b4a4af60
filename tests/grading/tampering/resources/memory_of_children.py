# Fills memory from eight processes, 640 MiB each.
# slow: yes
# graded: either
# witness: yes
# %% gru-params
import os
import time

children = []
for _ in range(8):
    child = os.fork()
    if child == 0:
        try:
            block = bytearray(640 << 20)
            block[:: 4096] = b"1" * len(block[:: 4096])
            time.sleep(2)
            os._exit(0)
        finally:
            os._exit(1)
    children.append(child)
if all(os.waitpid(child, 0)[1] == 0 for child in children):
    @SAY@
