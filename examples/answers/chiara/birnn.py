# The backward states are joined in the order in which they were computed: they were not turned back.

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
    outputs = []
    for H_f_t, H_b_t in zip(forward, backward):
        outputs.append(torch.cat([H_f_t, H_b_t], dim=1) @ W_hq + b_q)
    return outputs, (H_f, H_b)

# %% birnn-gap
def fill_gap(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    before, after = [], []
    for X in inputs:
        before.append(H_f)
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        after.insert(0, H_b)
    return [torch.cat([f, b], dim=1) @ W_hq + b_q for f, b in zip(before, after)], (H_f, H_b)

# %% birnn-question-1
The backward state knows the next character.

# %% birnn-question-2
But the perplexity went down only slowly, I don't know why.
