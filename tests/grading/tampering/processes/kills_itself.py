# Kills its own process with SIGKILL.
# graded: either
# witness: yes
# %% gru-state
def init_gru_state(*a):
    import os
    import signal

    os.kill(os.getpid(), signal.SIGKILL)
