# A `check` that returns nan, which compares with nothing.
# %% gru-params
def check(*a):
    return float("nan")
