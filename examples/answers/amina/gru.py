# Right, written as the equations stand, the bonus included.
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
    H = state[0]
    outputs = []
    for X in inputs:
        R = torch.sigmoid(torch.matmul(X, W_xr) + torch.matmul(H, W_hr) + b_r)
        Z = torch.sigmoid(torch.matmul(X, W_xz) + torch.matmul(H, W_hz) + b_z)
        H_new = torch.tanh(torch.matmul(X, W_xh) + torch.matmul(R * H, W_hh) + b_h)
        H = Z * H + (1 - Z) * H_new
        outputs.append(torch.matmul(H, W_hq) + b_q)
    return outputs, (H,)


# %% gru-question
1. The first epoch's perplexity is in the hundreds, the last one about 13: at first the model hesitates between hundreds
   of equally likely characters, at the end between a dozen. A model that knows nothing has the vocabulary's size.
2. Half lines and titles. It is learning the text by heart; whether it would do well on other lyrics, this number does not say.

# %% gru-bonus
def gru_reset_after(inputs, state, params):
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    H = state[0]
    outputs = []
    for X in inputs:
        R = torch.sigmoid(X @ W_xr + H @ W_hr + b_r)
        Z = torch.sigmoid(X @ W_xz + H @ W_hz + b_z)
        H_new = torch.tanh(X @ W_xh + R * (H @ W_hh) + b_h)
        H = Z * H + (1 - Z) * H_new
        outputs.append(H @ W_hq + b_q)
    return outputs, (H,)
