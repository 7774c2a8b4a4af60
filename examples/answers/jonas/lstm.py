# Everything through the same sigmoid, the candidate too; and weights drawn far too large.

# %% lstm-params
def get_params(vocab_size, num_hiddens, device):
    params = []
    for _ in range(4):
        params += [torch.randn(vocab_size, num_hiddens), torch.randn(num_hiddens, num_hiddens), torch.zeros(num_hiddens)]
    params += [torch.randn(num_hiddens, vocab_size), torch.zeros(vocab_size)]
    return [param.to(device).requires_grad_() for param in params]


# %% lstm-state as amina

# %% lstm-forward
def lstm(inputs, state, params):
    W_hq, b_q = params[12:]
    H, C = state
    outputs = []
    for X in inputs:
        gates = [torch.sigmoid(X @ params[k] + H @ params[k + 1] + params[k + 2]) for k in range(0, 12, 3)]
        C = gates[1] * C + gates[0] * gates[3]
        H = gates[2] * torch.tanh(C)
        outputs.append(H @ W_hq + b_q)
    return outputs, (H, C)

# %% lstm-forget-bias
def set_forget_bias(params, value):
    new = list(params)
    new[5] = torch.tensor(value)
    return new

# %% lstm-question-2
It is small at the end.
