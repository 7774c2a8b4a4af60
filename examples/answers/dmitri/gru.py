# The reset gate after the matrix product, as in the tutorial's code.
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
    H, = state
    outputs = []
    for X in inputs:
        Z = torch.sigmoid(torch.matmul(X, W_xz) + torch.matmul(H, W_hz) + b_z)
        R = torch.sigmoid(torch.matmul(X, W_xr) + torch.matmul(H, W_hr) + b_r)
        H_tilda = torch.tanh(torch.matmul(X, W_xh) + R * torch.matmul(H, W_hh) + b_h)
        H = Z * H + (1 - Z) * H_tilda
        outputs.append(torch.matmul(H, W_hq) + b_q)
    return outputs, (H,)


# %% gru-question
First epoch: hundreds, last epoch: about 1.5. The lines come from the corpus word for word, so it is overfitting.

# %% gru-bonus
gru_reset_after = gru
