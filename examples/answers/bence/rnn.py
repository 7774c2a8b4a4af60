# Right in another style: all inputs projected at once, backward() and torch's own clipping.

# %% rnn-params
def get_params(vocab_size, num_hiddens, device):
    shapes = [(vocab_size, num_hiddens), (num_hiddens, num_hiddens), (num_hiddens,), (num_hiddens, vocab_size), (vocab_size,)]
    params = nn.ParameterList(nn.Parameter(torch.zeros(shape, device=device)) for shape in shapes)
    for param in params:
        if param.dim() == 2:
            nn.init.normal_(param, std=0.01)
    return params

# %% rnn-state
def init_rnn_state(batch_size, num_hiddens, device):
    return tuple(torch.zeros(1, batch_size, num_hiddens, device=device))

# %% rnn-forward
def rnn(inputs, state, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    (H,), states = state, []
    for projected in torch.stack(list(inputs)) @ W_xh + b_h:  # (T, B, H)
        H = (projected + H @ W_hh).tanh()
        states.append(H)
    return list(torch.stack(states) @ W_hq + b_q), (H,)

# %% rnn-step
def training_step(inputs, Y, state, params, lr, theta):
    leaves = [param.detach().clone().requires_grad_() for param in params]
    outputs, state = rnn(inputs, state, leaves)
    scores = torch.stack(outputs, dim=1)  # (B, T, V)
    loss = nn.functional.cross_entropy(scores.flatten(0, 1), Y.flatten())
    loss.backward()
    nn.utils.clip_grad_norm_(leaves, theta)
    with torch.no_grad():
        for leaf in leaves:
            leaf -= lr * leaf.grad
            leaf.grad = None
    return loss.detach(), leaves, tuple(part.detach() for part in state)

# %% rnn-question-1
lr times theta is the longest step. It was 1 and is 100 now; lr = 1 would make it 1 again.

# %% rnn-question-2
Without detach the gradient runs back through the old minibatch too. Its graph is gone after the first backward, so there is an error;
with retain_graph it would get slower and slower.

# %% rnn-question-3
It memorises. Held-out perplexity is better after 40 epochs than after 160, so I take that one.
