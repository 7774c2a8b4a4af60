# Right, with prints and a warning inside.

# %% gru-params as amina
# %% gru-state as amina

# %% gru-forward
import warnings

def gru(inputs, state, params):
    # nn.GRU would do this in one line, but with the reset gate after the product
    warnings.warn("gru was called")
    print("steps:", len(inputs))
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    H, = state
    outputs = []
    for X in inputs:
        Z = torch.sigmoid(nn.functional.linear(X, W_xz.T, b_z) + H.mm(W_hz))
        R = torch.sigmoid(nn.functional.linear(X, W_xr.T, b_r) + H.mm(W_hr))
        candidate = torch.einsum("bv,vh->bh", X, W_xh) + torch.einsum("bk,kh->bh", R * H, W_hh) + b_h
        H = candidate.tanh() + Z * (H - candidate.tanh())
        outputs.append(torch.addmm(b_q, H, W_hq))
    return outputs, (H,)

# %% gru-question
1. Perplexity falls from the hundreds to about a dozen on the training text.
2. The samples are pieces of the songs: the model knows them by heart. Unseen songs would give a much larger number.
