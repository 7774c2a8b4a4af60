# Biases drawn like weights, one of them forgotten in the equations; the state is a matrix, not a tuple.

# %% gru-params
def get_params(vocab_size, num_hiddens, device):
    def normal(*shape):
        return (torch.randn(shape, device=device) * 0.01).requires_grad_()

    params = []
    for gate in range(3):
        params += [normal(vocab_size, num_hiddens), normal(num_hiddens, num_hiddens), normal(num_hiddens)]
    return params + [normal(num_hiddens, vocab_size), normal(vocab_size)]


# %% gru-state
def init_gru_state(batch_size, num_hiddens, device):
    return torch.zeros((batch_size, num_hiddens), device=device)


# %% gru-forward
def gru(inputs, state, params):
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    H, = state
    outputs = []
    for X in inputs:
        Z = torch.sigmoid(X @ W_xz + H @ W_hz + b_z)
        R = torch.sigmoid(X @ W_xr + H @ W_hr)
        H_tilde = torch.tanh(X @ W_xh + (R * H) @ W_hh + b_h)
        H = Z * H + (1 - Z) * H_tilde
        outputs.append(H @ W_hq + b_q)
    return outputs, (H,)
