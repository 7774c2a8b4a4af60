# Right, with prints and a warning inside.

# %% lstm-params as amina
# %% lstm-state as amina

# %% lstm-forward
import warnings

def lstm(inputs, state, params):
    # what nn.LSTM(V, H) does, written out
    warnings.warn("lstm was called")
    H, C = state
    print("steps:", len(inputs), "H:", tuple(H.shape))
    def gate(k, X):
        W_x, W_h, b = params[3 * k : 3 * k + 3]
        return torch.addmm(b, X, W_x) + H.mm(W_h)
    outputs = []
    for X in inputs:
        i, f, o = (gate(k, X).sigmoid() for k in range(3))
        C = torch.addcmul(f * C, i, gate(3, X).tanh())
        H = o * C.tanh()
        outputs.append(torch.addmm(params[13], H, params[12]))
    print("last cell:", C.abs().max().item())
    return outputs, (H, C)

# %% lstm-question
1. From the hundreds to a few dozens of characters.
2. The output gate the most, the forget gate the least; all are positive.
3. About 0.001, so nearly nothing.
