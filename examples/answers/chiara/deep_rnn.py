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

# %% deep-rnn-question
Two layers are slower at the start. The weights are small.
