# The reset gate after the matrix product, as in the tutorial's code.

# %% gru-params as amina
# %% gru-state as amina

# %% gru-forward
def gru(inputs, state, params):
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    H, = state
    outputs = []
    for X in inputs:
        Z = torch.sigmoid(torch.matmul(X, W_xz) + torch.matmul(H, W_hz) + b_z)
        R = torch.sigmoid(torch.matmul(X, W_xr) + torch.matmul(H, W_hr) + b_r)
        H_tilda = torch.tanh(torch.matmul(X, W_xh) + R * torch.matmul(H, W_hh) + b_h)
        H = Z * H + (1 - Z) * H_tilda
        outputs.append(torch.matmul(H, W_hq) + b_q)
    return outputs, (H,)

# %% gru-question
First epoch: hundreds, last epoch: about 12. Pieces come from the corpus word for word, so it is overfitting.

# %% gru-bonus
gru_reset_after = gru
