# One variable for the state: it goes from layer to layer, and from the top back to the bottom.

# %% deep-rnn-params as amina
# %% deep-rnn-state as amina

# %% deep-rnn-forward
def deep_rnn(inputs, state, params):
    H, *_ = state
    W_hq, b_q = params[-2:]
    last = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(state)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            H = torch.tanh(X @ W_xh + H @ W_hh + b_h)
            last[layer] = X = H
        outputs.append(H @ W_hq + b_q)
    return outputs, tuple(last)

# %% deep-rnn-question
The second layer makes it deeper, so it needs more epochs. Weights of 0.01 are too small for that.
