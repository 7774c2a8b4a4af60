# Right in another style: fused weights, projections of all steps at once, lerp; part 4 is not answered.

# %% gru-params
def get_params(vocab_size, num_hiddens, device):
    shapes = [(vocab_size, num_hiddens), (num_hiddens, num_hiddens), (num_hiddens,)] * 3
    shapes += [(num_hiddens, vocab_size), (vocab_size,)]
    params = nn.ParameterList()
    for shape in shapes:
        value = torch.empty(shape, device=device)
        params.append(nn.Parameter(nn.init.normal_(value, std=0.01) if len(shape) == 2 else value.zero_()))
    return params


# %% gru-state
def init_gru_state(batch_size, num_hiddens, device):
    return tuple(torch.zeros(1, batch_size, num_hiddens, device=device))


# %% gru-forward
def gru(inputs, state, params):
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    X = torch.stack(list(inputs))  # (T, B, V)
    projected = X @ torch.cat([W_xz, W_xr, W_xh], dim=1) + torch.cat([b_z, b_r, b_h])  # (T, B, 3H)
    W_h = torch.cat([W_hz, W_hr], dim=1)  # (H, 2H)
    (H,) = state
    states = []
    for step in projected:
        x_zr, x_h = step[:, : -len(b_h)], step[:, -len(b_h) :]
        Z, R = torch.sigmoid(x_zr + H @ W_h).chunk(2, dim=1)
        H = torch.lerp(torch.tanh(x_h + (R * H) @ W_hh), H, Z)
        states.append(H)
    return [H @ W_hq + b_q for H in states], (H,)

# %% gru-question-1
Equal gates in all units, such as 0.3 and 0.3; with 1 and 0 they differ.

# %% gru-question-2
Two biases that are added are one. R ⊙ (… + b) is not such a sum, so that one stays.

# %% gru-question-3
The greedy text has longer quotations, as the network knows the lines by heart and a drawn character leads away from them. The
number is about the training text only.
