# Right, with prints and a warning inside.

# %% birnn-params as amina
# %% birnn-state as amina

# %% birnn-forward
import warnings

def birnn(inputs, state, params):
    # nn.RNN(..., bidirectional=True) would do this in one line
    warnings.warn("birnn was called")
    print("steps:", len(inputs))
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    joined = [[] for _ in inputs]
    for t, X in enumerate(inputs):
        H_f = torch.addmm(b_h_f, X, W_xh_f).add(H_f.mm(W_hh_f)).tanh()
        joined[t].append(H_f)
    for t, X in reversed(list(enumerate(inputs))):
        H_b = torch.addmm(b_h_b, X, W_xh_b).add(H_b.mm(W_hh_b)).tanh()
        joined[t].append(H_b)
    print("joined:", joined[0][0].shape, joined[0][1].shape)
    return [nn.functional.linear(torch.hstack(pair), W_hq.T, b_q) for pair in joined], (H_f, H_b)

# %% birnn-gap
def fill_gap(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    joined = [[] for _ in inputs]
    for t, X in enumerate(inputs):
        joined[t].append(H_f)
        H_f = torch.addmm(b_h_f, X, W_xh_f).add(H_f.mm(W_hh_f)).tanh()
    for t, X in reversed(list(enumerate(inputs))):
        joined[t].append(H_b)
        H_b = torch.addmm(b_h_b, X, W_xh_b).add(H_b.mm(W_hh_b)).tanh()
    print("gaps:", len(joined))
    return [nn.functional.linear(torch.hstack(pair), W_hq.T, b_q) for pair in joined], (H_f, H_b)

# %% birnn-question-1
1. ←H_t has read X_{t+1}, the target. At step 35 there is nothing to the right.

# %% birnn-question-2
2. A sample is written from left to right, and the right side is not there yet. The GRU's number means something else.

# %% birnn-question-3
3. →H_{t−1} ends before t and ←H_{t+1} after it. Much better on the training text: by heart. Still above the most frequent character on new
text.
