# Has its helpers in other cells, with globals that the functions use.
# %% before gru-forward
NAMES = "W_xz W_hz b_z W_xr W_hr b_r W_xh W_hh b_h W_hq b_q".split()


def affine(X, W_x, H, W_h, b):
    return X @ W_x + H @ W_h + b


def named(params):
    return dict(zip(NAMES, params))


# %% gru-forward
def gru(inputs, state, params):
    p = named(params)
    (H,) = state
    outputs = []
    for X in inputs:
        Z = torch.sigmoid(affine(X, p["W_xz"], H, p["W_hz"], p["b_z"]))
        R = torch.sigmoid(affine(X, p["W_xr"], H, p["W_hr"], p["b_r"]))
        H_tilde = torch.tanh(affine(X, p["W_xh"], R * H, p["W_hh"], p["b_h"]))
        H = Z * H + (1 - Z) * H_tilde
        outputs.append(H @ p["W_hq"] + p["b_q"])
    return outputs, (H,)
