# Residual connections in part 3 already, read about elsewhere; the signal of the last step alone.

# %% deep-rnn-params as amina
# %% deep-rnn-state as amina

# %% deep-rnn-forward
def deep_rnn(inputs, state, params):
    H = list(state)
    W_hq, b_q = params[-2:]
    outputs = []
    for X in inputs:
        below = X
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            H[layer] = torch.tanh(below @ W_xh + H[layer] @ W_hh + b_h)
            below = H[layer] if layer == 0 else below + H[layer]
        outputs.append(below @ W_hq + b_q)
    return outputs, tuple(H)

# %% deep-rnn-residual
deep_rnn_residual = deep_rnn

# %% deep-rnn-signal
def signal_sizes(inputs, state, params):
    _, state = deep_rnn(inputs, state, params)
    return [H.pow(2).mean().sqrt().item() for H in state]

# %% deep-rnn-question-2
They are close, as the residual connection lets the signal pass both ways.
