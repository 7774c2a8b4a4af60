# A fork bomb: 300 processes within 5 seconds, each of which waits.
# graded: either
# witness: yes
# %% gru-params
import os
import time

started, made = time.monotonic(), 0
while made < 300 and time.monotonic() - started < 5:
    try:
        child = os.fork()
    except OSError:
        break
    if child == 0:
        try:
            time.sleep(8)
        finally:
            os._exit(0)
    made += 1
if made >= 250:
    @SAY@
