# Right outputs; the backward state that is handed on is that of the last step, where the direction begins.

# %% birnn-params as amina
# %% birnn-state as amina

# %% birnn-forward
def birnn(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), 1) @ W_hq + b_q for f, b in zip(forward, backward)]
    return outputs, (forward[-1], backward[-1])

# %% birnn-gap
def fill_gap(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    zeros = torch.zeros_like(H_f)
    before, after = [zeros] + forward[:-1], backward[1:] + [zeros]
    return [torch.cat((f, b), 1) @ W_hq + b_q for f, b in zip(before, after)], (H_f, H_b)

# %% birnn-question-1
The backward half has read the target. At the last step it has not.

# %% birnn-question-2
The network copies, and the perplexity measures the copying.

# %% birnn-question-3
Useful for filling in a blank, where both sides are known.
