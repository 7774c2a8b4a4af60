# The upper layers read the layer below one step too late: the states of the step before are used for both.

# %% deep-rnn-params as amina
# %% deep-rnn-state as amina

# %% deep-rnn-forward
def deep_rnn(inputs, state, params):
    W_hq, b_q = params[-2], params[-1]
    outputs = []
    for X in inputs:
        new_state = []
        for layer in range(len(state)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            below = X if layer == 0 else state[layer - 1]
            new_state.append(torch.tanh(below @ W_xh + state[layer] @ W_hh + b_h))
        state = tuple(new_state)
        outputs.append(state[-1] @ W_hq + b_q)
    return outputs, state

# %% deep-rnn-residual
def deep_rnn_residual(inputs, state, params):
    H = list(state)
    W_hq, b_q = params[-2], params[-1]
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            new = torch.tanh((X if layer == 0 else H[layer - 1]) @ W_xh + H[layer] @ W_hh + b_h)
            H[layer] = new if layer == 0 else H[layer - 1] + new
        outputs.append(H[-1] @ W_hq + b_q)
    return outputs, tuple(H)

# %% deep-rnn-signal
def signal_sizes(inputs, state, params):
    sizes = [0.0 for _ in state]
    for X in inputs:
        for layer in range(len(state)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = torch.tanh(X @ W_xh + state[layer] @ W_hh + b_h)
            state = (*state[:layer], X, *state[layer + 1 :])
            sizes[layer] += X.abs().mean().item() / len(inputs)
    return sizes

# %% deep-rnn-question-1
It shrinks because the weights are small.

# %% deep-rnn-question-2
Residual connections help against vanishing gradients.
