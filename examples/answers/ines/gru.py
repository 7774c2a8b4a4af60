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

# %% gru-after
def gru_reset_after(inputs, state, params):
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    (H,), outputs = state, []
    for X in inputs:
        z, r = (nn.functional.linear(X, W.T, b).add(H.mm(U)).sigmoid() for W, U, b in ((W_xz, W_hz, b_z), (W_xr, W_hr, b_r)))
        candidate = torch.addcmul(torch.addmm(b_h, X, W_xh), r, H.mm(W_hh)).tanh()
        H = torch.lerp(candidate, H, z)
        outputs.append(torch.addmm(b_q, H, W_hq))
    print("steps:", len(outputs))
    return outputs, (H,)

# %% gru-question-1
1. (0.2, 0.2) agrees and (0.2, 0.9) does not: one number for all units can change places with the product.

# %% gru-question-2
2. It can go in both gates. In the candidate it is scaled by R at each step.

# %% gru-question-3
3. The quotations are longer at temperature 0. It knows the songs by heart, and a random character is not in them. Unseen songs would
give a much larger number.
