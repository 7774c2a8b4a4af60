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


# %% deep-rnn-question
1. After 20 epochs one layer is ahead (perplexity 290 against 324), after 60 two layers are (100 against 113).
2. It makes the start harder. Every weight is about 0.01, so a layer with 256 inputs passes on about 0.01 · 16 = 0.16 of what it gets,
   and in the backward pass the error shrinks in the same way. With two layers the input's trace in the scores is several times
   weaker, so the output bias is learnt first, which gives the frequencies of the characters.
