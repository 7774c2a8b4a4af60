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

# %% birnn-question
1. The state that comes from the right has already read the character that has to be said, so it is copied: the perplexity
   says nothing about the lyrics.
2. A sample is written from left to right, and the right side is not there yet.
3. Named entities in a finished text.
