# A `check` that returns points, which become the cell's result.
# %% gru-params
def check(*a):
    return 5
