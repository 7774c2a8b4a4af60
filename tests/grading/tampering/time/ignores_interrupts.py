# Ignores SIGINT and SIGTERM, swallows KeyboardInterrupt, and goes on for ever.
# graded: either
# witness: yes
# slow: yes
# %% gru-params
def get_params(*a):
    import signal
    import time

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM, signal.SIGXCPU):
        signal.signal(number, signal.SIG_IGN)
    end = time.monotonic() + 900
    while time.monotonic() < end:
        try:
            time.sleep(1)
        except BaseException:
            pass
