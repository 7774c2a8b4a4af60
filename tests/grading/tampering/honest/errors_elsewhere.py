# Has other cells that fail, and a function that fails first and is mended later.
# %% before gru-params-check
1 / 0


# %% before gru-forward-check
def broken():
    raise KeyError("unfinished experiment")


broken()

# %% last
undefined_name
