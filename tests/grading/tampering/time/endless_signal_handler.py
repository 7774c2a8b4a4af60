# Never leaves a signal handler.
# graded: either
# slow: yes
# %% gru-params
def get_params(*a):
    import signal
    import time

    signal.signal(signal.SIGUSR1, lambda *a: time.sleep(900))
    signal.raise_signal(signal.SIGUSR1)
