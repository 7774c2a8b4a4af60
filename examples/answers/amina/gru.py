# Right, written as the equations stand.

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

# %% gru-after
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

# %% gru-question-1
(0.5, 0.5) gives the same: a number can be put before or behind the product. (1, 0) does not: in one form the second unit of H is not
read, in the other the second unit of the result is deleted. They agree when all units have the same R.

# %% gru-question-2
In the gates it is b_ir + b_hr, one bias can be the sum. In the candidate R multiplies b_hn, and R changes from step to step, so
there one bias cannot replace two.

# %% gru-question-3
Temperature 0 quotes longer pieces: it always takes the likeliest character, so it stays in a line that it knows. At 1 it sometimes takes
another one and is out of the line. For new songs the training perplexity says nothing, one would have to hold songs back.
