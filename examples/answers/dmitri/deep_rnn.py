# The layers share weights: in the list, as one tensor stands in it several times, and in the function.

# %% deep-rnn-params
def get_params(vocab_size, num_hiddens, num_layers, device):
    def normal(*shape):
        return (torch.randn(shape, device=device) * 0.01).requires_grad_()

    def zeros(length):
        return torch.zeros(length, device=device, requires_grad=True)

    first = [normal(vocab_size, num_hiddens), normal(num_hiddens, num_hiddens), zeros(num_hiddens)]
    others = [normal(num_hiddens, num_hiddens), normal(num_hiddens, num_hiddens), zeros(num_hiddens)]
    return first + others * (num_layers - 1) + [normal(num_hiddens, vocab_size), zeros(vocab_size)]


# %% deep-rnn-state as amina

# %% deep-rnn-forward
def deep_rnn(inputs, state, params):
    H = list(state)
    W_xh, W_hh, b_h = params[:3]
    W_hq, b_q = params[-2:]
    outputs = []
    for X in inputs:
        H[0] = torch.tanh(X @ W_xh + H[0] @ W_hh + b_h)
        for layer in range(1, len(H)):
            H[layer] = torch.tanh(H[layer - 1] @ params[3 * layer] + H[layer] @ W_hh + params[3 * layer + 2])
        outputs.append(H[-1] @ W_hq + b_q)
    return outputs, tuple(H)

# %% deep-rnn-residual
def deep_rnn_residual(inputs, state, params):
    H = list(state)
    W_hq, b_q = params[-2:]
    outputs = []
    for X in inputs:
        below = X
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            H[layer] = torch.tanh(below @ W_xh + H[layer] @ W_hh + b_h)
            below = H[layer] if layer == 0 else below + H[layer]
        outputs.append(H[-1] @ W_hq + b_q)
    return outputs, tuple(H)

# %% deep-rnn-signal as amina

# %% deep-rnn-question-1
0.16, as 0.01 · 16. With 0.06 it would stay the same.

# %% deep-rnn-question-2
Four plain layers learn nothing in 60 epochs. Depth makes it harder for the gradient to come down.
