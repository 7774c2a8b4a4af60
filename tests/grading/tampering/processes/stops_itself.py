# Stops its own process with SIGSTOP: it is neither dead nor does it answer.
# graded: either
# slow: yes
# %% gru-forward
def gru(*a):
    import os
    import signal

    os.kill(os.getpid(), signal.SIGSTOP)
