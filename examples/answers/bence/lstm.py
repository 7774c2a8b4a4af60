# Right in another style: one wide matrix for all gates, projections of all steps at once.

# %% lstm-params
def get_params(vocab_size, num_hiddens, device):
    shapes = [(vocab_size, num_hiddens), (num_hiddens, num_hiddens), (num_hiddens,)] * 4
    shapes += [(num_hiddens, vocab_size), (vocab_size,)]
    params = nn.ParameterList()
    for shape in shapes:
        value = torch.empty(shape, device=device)
        params.append(nn.Parameter(nn.init.normal_(value, std=0.01) if len(shape) == 2 else value.zero_()))
    return params


# %% lstm-state
def init_lstm_state(batch_size, num_hiddens, device):
    return tuple(torch.zeros(2, batch_size, num_hiddens, device=device))


# %% lstm-forward
def lstm(inputs, state, params):
    *gates, W_hq, b_q = params
    W_x, W_h, b = (torch.cat(list(gates[k::3]), dim=-1) for k in range(3))  # (V, 4H), (H, 4H), (4H,)
    projected = torch.stack(list(inputs)) @ W_x + b  # (T, B, 4H)
    H, C = state
    states = []
    for step in projected:
        i, f, o, c = (step + H @ W_h).chunk(4, dim=1)
        C = f.sigmoid() * C + i.sigmoid() * c.tanh()
        H = o.sigmoid() * C.tanh()
        states.append(H)
    return list(torch.stack(states) @ W_hq + b_q), (H, C)

# %% lstm-forget-bias
def set_forget_bias(params, value):
    copies = [param.detach().clone().requires_grad_() for param in params]
    with torch.no_grad():
        copies[5].fill_(value)
    return copies

# %% lstm-question-1
σ(0)³⁵ = 3e-11, σ(1)³⁵ = 2e-5, σ(3.5)³⁵ = 0.35; for 0.5 it is about 3.9.

# %% lstm-question-2
Not for this text, where the last characters are what counts. But it is one seed each.

# %% lstm-question-3
It hardly moved, though 1 or 3.5 was possible. Half open gates multiply the gradient by 0.5 at each step, so what is ten steps away has
no influence on it.
