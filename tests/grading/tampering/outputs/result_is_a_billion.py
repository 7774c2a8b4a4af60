# A `check` that returns 1e9.
# %% gru-params
def check(*a):
    return 1e9
