# Both directions run forward, as the tutorial's arrows say.

# %% birnn-params as amina
# %% birnn-state as amina

# %% birnn-forward
def birnn(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    outputs = []
    for X in inputs:
        H_f = torch.tanh(torch.matmul(X, W_xh_f) + torch.matmul(H_f, W_hh_f) + b_h_f)
        H_b = torch.tanh(torch.matmul(X, W_xh_b) + torch.matmul(H_b, W_hh_b) + b_h_b)
        H = torch.cat((H_f, H_b), dim=1)
        outputs.append(torch.matmul(H, W_hq) + b_q)
    return outputs, (H_f, H_b)

# %% birnn-gap
fill_gap = birnn

# %% birnn-question-1
The perplexity falls like that of an ordinary network, so no state has read it.

# %% birnn-question-2
The samples look like lyrics. I see no problem with it.
