# A `check` that returns more points than there are: 1e9.
# %% gru-params
def check(*a):
    return 1e9
