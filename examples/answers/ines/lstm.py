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

# %% lstm-forget-bias
def set_forget_bias(params, value):
    b_f = nn.Parameter(torch.ones_like(params[5]) * value)
    print("b_f:", b_f[0].item())
    return [*params[:5], b_f, *params[6:]]

# %% lstm-question-1
1. 0.5³⁵, 0.731³⁵, 0.971³⁵ = 0.35; b = 3.9 leaves a half.

# %% lstm-question-2
2. See the printed figures: no clear gain. More seeds would tell.

# %% lstm-question-3
3. It stays near zero. 0.5¹⁰ is 0.001, so the gradient from ten steps ago is lost on the way.
