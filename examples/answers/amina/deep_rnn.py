# Right, written as the equations stand.

# %% deep-rnn-params
def get_params(vocab_size, num_hiddens, num_layers, device):
    def normal(*shape):
        return torch.normal(0.0, 0.01, shape, device=device).requires_grad_()

    def zeros(length):
        return torch.zeros(length, device=device, requires_grad=True)

    params = []
    num_inputs = vocab_size
    for layer in range(num_layers):
        params += [normal(num_inputs, num_hiddens), normal(num_hiddens, num_hiddens), zeros(num_hiddens)]
        num_inputs = num_hiddens
    return params + [normal(num_hiddens, vocab_size), zeros(vocab_size)]


# %% deep-rnn-state
def init_deep_rnn_state(batch_size, num_hiddens, num_layers, device):
    return tuple(torch.zeros((batch_size, num_hiddens), device=device) for layer in range(num_layers))


# %% deep-rnn-forward
def deep_rnn(inputs, state, params):
    H = list(state)
    W_hq, b_q = params[-2:]
    outputs = []
    for X in inputs:
        below = X
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            H[layer] = torch.tanh(torch.matmul(below, W_xh) + torch.matmul(H[layer], W_hh) + b_h)
            below = H[layer]
        outputs.append(torch.matmul(below, W_hq) + b_q)
    return outputs, tuple(H)

# %% deep-rnn-residual
def deep_rnn_residual(inputs, state, params):
    H = list(state)
    W_hq, b_q = params[-2:]
    outputs = []
    for X in inputs:
        U = X
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            H[layer] = torch.tanh(torch.matmul(U, W_xh) + torch.matmul(H[layer], W_hh) + b_h)
            U = H[layer] if layer == 0 else U + H[layer]
        outputs.append(torch.matmul(U, W_hq) + b_q)
    return outputs, tuple(H)

# %% deep-rnn-signal
def signal_sizes(inputs, state, params):
    seen = [[] for _ in state]
    for X in inputs:
        _, state = deep_rnn([X], state, params)
        for layer, H in enumerate(state):
            seen[layer].append(H)
    return [torch.stack(states).pow(2).mean().sqrt().item() for states in seen]

# %% deep-rnn-question-1
The factor is 0.16. A unit adds 256 products with weights of size 0.01, and such a sum grows with the square root: 0.01 · 16 = 0.16. To
keep the size one needs 1/16.

# %% deep-rnn-question-2
The plain four layers stay near the frequencies of the characters, the residual ones are far below. U is a sum in which H1 stands as it is, so
the signal comes to the output without passing the upper weights, and the gradient goes back the same way.

# %% deep-rnn-question-3
The upper layers add about 0.16 of the first one's size or less, so it begins like one layer. Later they learn too, and it gets below the single
layer, which has no upper layers.
