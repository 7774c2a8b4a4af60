# Returns lists of a million, and a list that holds itself.
# %% gru-params
def get_params(*a):
    return [torch.zeros(1)] * 10**6


# %% gru-forward
def gru(inputs, state, params):
    own = []
    own.append(own)
    return own * 10**6, tuple(own)


# %% gru-after
def gru_reset_after(inputs, state, params):
    nested = []
    for _ in range(100_000):
        nested = [nested]
    return nested, state
