# Computes all steps of a product at once, and returns the outputs as a tuple of views and the state as a named tuple.
# %% gru-forward
from collections import namedtuple
St = namedtuple("St", "H")
def gru(inputs, state, params):
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    X = torch.stack(list(inputs))
    pz, pr, ph = (torch.einsum("tbv,vh->tbh", X, W) + b for W, b in ((W_xz, b_z), (W_xr, b_r), (W_xh, b_h)))
    H = state[0]; hs = []
    for z, r, h in zip(pz, pr, ph):
        Z = (z + H @ W_hz).sigmoid(); R = (r + H @ W_hr).sigmoid()
        H = Z * H + (1 - Z) * (h + (R * H) @ W_hh).tanh()
        hs.append(H)
    Y = torch.stack(hs) @ W_hq + b_q
    return Y.unbind(0), St(H)
