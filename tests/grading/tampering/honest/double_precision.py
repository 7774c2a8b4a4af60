# Sets torch's default dtype to float64 half-way.
# %% before gru-forward
torch.set_default_dtype(torch.float64)
