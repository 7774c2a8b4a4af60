# One variable for both directions: the way back starts from the state in which the way there has ended.

# %% birnn-params as amina
# %% birnn-state as amina

# %% birnn-forward
def birnn(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H = state[0]
    forward = []
    for X in inputs:
        H = torch.tanh(X @ W_xh_f + H @ W_hh_f + b_h_f)
        forward.append(H)
    backward = []
    for X in reversed(inputs):
        H = torch.tanh(X @ W_xh_b + H @ W_hh_b + b_h_b)
        backward.insert(0, H)
    outputs = [torch.cat((f, b), dim=-1) @ W_hq + b_q for f, b in zip(forward, backward)]
    return outputs, (forward[-1], backward[0])

# %% birnn-gap
def fill_gap(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    before, after = [], []
    for X in inputs:
        before.append(H_f)
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
    for X in reversed(inputs):
        after.append(H_b)
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
    return [torch.cat((f, b), dim=-1) @ W_hq + b_q for f, b in zip(before, after)], (H_f, H_b)

# %% birnn-question-1
It has read the next character from the right.

# %% birnn-question-2
That is cheating, but for translation one may read the whole sentence.
