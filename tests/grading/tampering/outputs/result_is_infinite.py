# A `check` that returns infinity.
# %% gru-params
def check(*a):
    return float("inf")
