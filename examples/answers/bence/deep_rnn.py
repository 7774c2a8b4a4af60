# Right in another style: layer after layer over all steps at once, by a generator.

# %% deep-rnn-params
def get_params(vocab_size, num_hiddens, num_layers, device):
    widths = [vocab_size] + [num_hiddens] * num_layers
    shapes = []
    for below, width in zip(widths, widths[1:]):
        shapes += [(below, width), (width, width), (width,)]
    shapes += [(num_hiddens, vocab_size), (vocab_size,)]
    params = nn.ParameterList(nn.Parameter(torch.zeros(shape, device=device)) for shape in shapes)
    for param in params:
        if param.dim() == 2:
            nn.init.normal_(param, std=0.01)
    return params


# %% deep-rnn-state
def init_deep_rnn_state(batch_size, num_hiddens, num_layers, device):
    return torch.zeros(num_layers, batch_size, num_hiddens, device=device).unbind()


# %% deep-rnn-forward
def layer_over_time(sequence, H, W_xh, W_hh, b_h):
    for projected in sequence @ W_xh + b_h:  # (T, B, H)
        H = torch.tanh(projected + H @ W_hh)
        yield H


def deep_rnn(inputs, state, params):
    *layers, W_hq, b_q = params
    sequence, last = torch.stack(list(inputs)), []
    for number, H in enumerate(state):
        sequence = torch.stack(list(layer_over_time(sequence, H, *layers[3 * number : 3 * number + 3])))
        last.append(sequence[-1])
    return list(sequence @ W_hq + b_q), tuple(last)

# %% deep-rnn-residual
def deep_rnn_residual(inputs, state, params):
    *layers, W_hq, b_q = params
    below, last = torch.stack(list(inputs)), []
    for number, H in enumerate(state):
        states = torch.stack(list(layer_over_time(below, H, *layers[3 * number : 3 * number + 3])))  # (T, B, H)
        below = states if number == 0 else below + states
        last.append(states[-1])
    return list(below @ W_hq + b_q), tuple(last)

# %% deep-rnn-signal
def signal_sizes(inputs, state, params):
    *layers, _, _ = params
    sequence, sizes = torch.stack(list(inputs)), []
    for number, H in enumerate(state):
        sequence = torch.stack(list(layer_over_time(sequence, H, *layers[3 * number : 3 * number + 3])))
        sizes.append(float(sequence.square().mean().sqrt()))
    return sizes

# %% deep-rnn-question-1
0.16 = 0.01 · √256. With 1/√256 it would stay.

# %% deep-rnn-question-2
Residual learns, plain does not. The sum is a way around the upper weights, for the signal and for its gradient.

# %% deep-rnn-question-3
It starts like the network with one layer, because the other layers are small, and can use them later.
