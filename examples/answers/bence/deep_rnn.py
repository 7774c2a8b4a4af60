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


# %% deep-rnn-question
The network with two layers is behind in the beginning: the small weights (0.01) damp signal and gradient once more. What is
harder is the optimisation, not the text. A larger start or a residual connection would help.
