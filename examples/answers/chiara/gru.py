# The update gate and its complement have changed places.

# %% gru-params as amina
# %% gru-state as amina

# %% gru-forward
def gru(inputs, state, params):
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    H, = state
    outputs = []
    for X in inputs:
        Z = torch.sigmoid(X @ W_xz + H @ W_hz + b_z)
        R = torch.sigmoid(X @ W_xr + H @ W_hr + b_r)
        H_tilda = torch.tanh(X @ W_xh + (R * H) @ W_hh + b_h)
        H = (1 - Z) * H + Z * H_tilda
        outputs.append(H @ W_hq + b_q)
    return outputs, (H,)

# %% gru-after
def gru_reset_after(inputs, state, params):
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    H, = state
    outputs = []
    for X in inputs:
        Z = torch.sigmoid(X @ W_xz + H @ W_hz + b_z)
        R = torch.sigmoid(X @ W_xr + H @ W_hr + b_r)
        H_tilda = torch.tanh(X @ W_xh + R * (H @ W_hh) + b_h)
        H = (1 - Z) * H + Z * H_tilda
        outputs.append(H @ W_hq + b_q)
    return outputs, (H,)

# %% gru-question-1
They agree when the reset gate is half open, (0.5, 0.5), and differ for (1, 0).

# %% gru-question-2
In all three, because a bias is only added and one bias is enough.

# %% gru-question-3
The low perplexity means that the model is sure of the next character.
