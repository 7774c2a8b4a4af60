# The parameters unpacked in the order in which nn.LSTM stacks its gates; all shapes fit.

# %% lstm-params as amina
# %% lstm-state as amina

# %% lstm-forward
def lstm(inputs, state, params):
    W_xi, W_hi, b_i, W_xf, W_hf, b_f, W_xc, W_hc, b_c, W_xo, W_ho, b_o, W_hq, b_q = params
    H, C = state
    outputs = []
    for X in inputs:
        i = torch.sigmoid(torch.matmul(X, W_xi) + torch.matmul(H, W_hi) + b_i)
        f = torch.sigmoid(torch.matmul(X, W_xf) + torch.matmul(H, W_hf) + b_f)
        g = torch.tanh(torch.matmul(X, W_xc) + torch.matmul(H, W_hc) + b_c)
        o = torch.sigmoid(torch.matmul(X, W_xo) + torch.matmul(H, W_ho) + b_o)
        C = f * C + i * g
        H = o * torch.tanh(C)
        outputs.append(torch.matmul(H, W_hq) + b_q)
    return outputs, (H, C)

# %% lstm-forget-bias
def set_forget_bias(params, value):
    params[5].data.fill_(value)
    return params

# %% lstm-question-1
0.5 to the power of 35 is nothing, 0.73 to the power of 35 nearly nothing, 0.97 to the power of 35 about a third.

# %% lstm-question-2
1 is better than 0, as the papers say.

# %% lstm-question-3
The learning rate is too small for it.
