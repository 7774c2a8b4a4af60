# Right in another style: one function for a direction, projections of all steps at once, W_hq cut in two halves.

# %% birnn-params
def get_params(vocab_size, num_hiddens, device):
    shapes = [(vocab_size, num_hiddens), (num_hiddens, num_hiddens), (num_hiddens,)] * 2
    shapes += [(2 * num_hiddens, vocab_size), (vocab_size,)]
    params = nn.ParameterList()
    for shape in shapes:
        value = torch.empty(shape, device=device)
        params.append(nn.Parameter(nn.init.normal_(value, std=0.01) if len(shape) == 2 else value.zero_()))
    return params


# %% birnn-state
def init_birnn_state(batch_size, num_hiddens, device):
    return tuple(torch.zeros(2, batch_size, num_hiddens, device=device))


# %% birnn-forward
def direction(X, H, W_xh, W_hh, b_h):
    states = []
    for projected in X @ W_xh + b_h:  # (T, B, H)
        H = (projected + H @ W_hh).tanh()
        states.append(H)
    return torch.stack(states)


def birnn(inputs, state, params):
    *directions, W_hq, b_q = params
    X = torch.stack(list(inputs))  # (T, B, V)
    forward = direction(X, state[0], *directions[:3])
    backward = direction(X.flip(0), state[1], *directions[3:]).flip(0)
    upper, lower = W_hq.chunk(2)  # [a, b] @ W is a @ upper + b @ lower
    outputs = forward @ upper + backward @ lower + b_q
    return list(outputs), (forward[-1], backward[0])

# %% birnn-gap
def fill_gap(inputs, state, params):
    *directions, W_hq, b_q = params
    X = torch.stack(list(inputs))  # (T, B, V)
    forward = direction(X, state[0], *directions[:3])
    backward = direction(X.flip(0), state[1], *directions[3:]).flip(0)
    before = torch.cat((state[0].unsqueeze(0), forward[:-1]))
    after = torch.cat((backward[1:], state[1].unsqueeze(0)))
    return list(torch.cat((before, after), dim=2) @ W_hq + b_q), (forward[-1], backward[0])

# %% birnn-question-1
The backward state of step t: it has read t + 1. Only the last step has to guess.

# %% birnn-question-2
The right side is empty when it writes, so copying does not work. A comparison with the GRU makes no sense.

# %% birnn-question-3
Before t: 1 to t - 1. After t: t + 1 to T. Training is much better than held-out, held-out a little better than the most frequent one.
