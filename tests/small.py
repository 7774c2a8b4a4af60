"""A small text and small from-scratch models, for the tests of training and sampling."""

import torch

TEXT = "雨停了,街灯亮着,我等末班车。你不来,我不走,风替我们唱歌。" * 10
CHARS = list(dict.fromkeys(TEXT))
CHAR_TO_IDX = {char: i for i, char in enumerate(CHARS)}
CORPUS = [CHAR_TO_IDX[char] for char in TEXT]
V, H, B, T = len(CHARS), 6, 4, 5


def get_params(vocab_size=V, num_hiddens=H, device=None):
    """A plain recurrent network: `W_xh W_hh b_h W_hq b_q`."""
    draw = torch.Generator().manual_seed(3)
    shapes = [(vocab_size, num_hiddens), (num_hiddens, num_hiddens), (num_hiddens,)]
    shapes += [(num_hiddens, vocab_size), (vocab_size,)]
    return [(0.3 * torch.randn(shape, generator=draw)).to(device).requires_grad_() for shape in shapes]


def init_state(batch_size, num_hiddens, device):
    return (torch.zeros(batch_size, num_hiddens, device=device),)


def rnn(inputs, state, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    (hidden,) = state  # (B, H)
    outputs = []
    for X in inputs:
        hidden = torch.tanh(X @ W_xh + hidden @ W_hh + b_h)  # (B, H)
        outputs.append(hidden @ W_hq + b_q)  # (B, V)
    return outputs, (hidden,)


def two_state_rnn(inputs, state, params):
    """Two states, as an LSTM has: the second is an average of the first."""
    hidden, memory = state
    outputs = []
    for X in inputs:
        (score,), (hidden,) = rnn([X], (hidden + 0.1 * memory,), params)
        memory = 0.5 * memory + 0.5 * hidden  # (B, H)
        outputs.append(score)
    return outputs, (hidden, memory)


def init_two_states(batch_size, num_hiddens, device):
    return init_state(batch_size, num_hiddens, device) * 2
