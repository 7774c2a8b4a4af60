# A `check` that returns minus 1000.
# %% gru-params
def check(*a):
    return -1000
