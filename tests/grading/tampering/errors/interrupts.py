# Raises KeyboardInterrupt, GeneratorExit and an exception whose message raises.
# %% gru-params
def get_params(*a):
    raise KeyboardInterrupt


# %% gru-state
def init_gru_state(*a):
    raise GeneratorExit


# %% gru-forward
class Awful(Exception):
    def __str__(self):
        raise SystemExit

    __repr__ = __str__


def gru(*a):
    raise Awful


# %% gru-after
def gru_reset_after(*a):
    import signal

    signal.raise_signal(signal.SIGINT)
