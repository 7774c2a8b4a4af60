# Adds the two states where they should stand side by side, so W_hq has half its rows; the states come in one tensor.

# %% birnn-params
def get_params(vocab_size, num_hiddens, device):
    def normal(*shape):
        return (torch.randn(shape, device=device) * 0.01).requires_grad_()

    params = []
    for direction in range(2):
        params += [normal(vocab_size, num_hiddens), normal(num_hiddens, num_hiddens),
                   torch.zeros(num_hiddens, device=device, requires_grad=True)]
    return params + [normal(num_hiddens, vocab_size), torch.zeros(vocab_size, device=device, requires_grad=True)]


# %% birnn-state
def init_birnn_state(batch_size, num_hiddens, device):
    return torch.zeros((2, batch_size, num_hiddens), device=device)


# %% birnn-forward
def birnn(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in inputs[::-1]:
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.insert(0, H_b)
    outputs = [(f + b) @ W_hq + b_q for f, b in zip(forward, backward)]
    return outputs, torch.stack((H_f, H_b))
