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

# %% gru-after
gru_reset_after = gru

# %% gru-question-1
With (0, 0) and (1, 1) they are equal, otherwise not. My gru gives the same as nn.GRU.

# %% gru-question-2
One can drop it in the gates, where it is added to the other. Not in the candidate, there the gate multiplies it.

# %% gru-question-3
Longer at 0, as the most likely character is the one of the text. It is overfitting.
