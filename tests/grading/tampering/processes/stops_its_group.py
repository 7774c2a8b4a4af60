# Stops every process of its own group: the warm parent among them, if it is in it.
# answers: amina
# points: all
# witness: yes
# %% before gru-after
import os
import signal

signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.kill(0, signal.SIGTERM)
os.kill(0, signal.SIGSTOP)
