# Names of types, of numbers and of parameters that a terminal takes for orders, or that fill a page.
# %% gru-params
exec("def get_params(" + "x" * 500_000 + "): pass")
# %% gru-state
def init_gru_state(batch_size, num_hiddens, device):
    return type("\x1b]8;;http://127.0.0.1\x1b\\", (), {})()


# %% gru-forward
def gru(inputs, state, params):
    raise ValueError("\x1b]0;mine\x07\x9b2J")


gru.outside_elsewhere = {"\x1b[2J": 5}
