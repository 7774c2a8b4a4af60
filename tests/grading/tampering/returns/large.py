# Returns matrices of 256 MiB, one for each step.
# %% gru-forward
def gru(inputs, state, params):
    return [torch.zeros(1 << 13, 1 << 13) for _ in inputs], state


# %% gru-after
gru_reset_after = gru
