# Prints one line of 100 MB.
# graded: either
# %% gru-params
print("z" * 100_000_000)
