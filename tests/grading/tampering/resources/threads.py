# A thread bomb: 3000 threads.
# slow: yes
# graded: either
# %% gru-params
import threading
import time

threads = []
try:
    while len(threads) < 3000:
        threads.append(threading.Thread(target=time.sleep, args=(6,), daemon=True))
        threads[-1].start()
    @SAY@
except RuntimeError:
    pass
