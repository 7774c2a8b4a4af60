# Never ends its process: an endless loop in atexit.
# witness: yes
# slow: yes
# %% first
import atexit
import time


@atexit.register
def never():
    end = time.monotonic() + 900
    while time.monotonic() < end:
        pass
