"""The deep RNN with a mistake between its layers; `wrong` names the edit."""

from __future__ import annotations

import torch

from . import wrong


@wrong("deep_rnn.forward", "sequence exchanged")
def scores_from_the_first_layer(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(H[0] @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "sequence exchanged")
def past_of_the_layer_below(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        old = list(H)
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + old[max(layer - 1, 0)] @ W_hh + b_h)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "sequence exchanged")
def past_of_the_first_layer_everywhere(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        old = H[0]
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + old @ W_hh + b_h)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "sequence exchanged")
def layer_below_for_the_past(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            past = H[layer] if layer == 0 else X
            X = H[layer] = torch.tanh(X @ W_xh + past @ W_hh + b_h)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "layers")
def one_variable_for_all_layers(inputs, state, params):
    """H goes from layer to layer, and from the top back to the bottom."""
    W_hq, b_q = params[-2:]
    H = state[0]
    last = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(state)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H = torch.tanh(X @ W_xh + H @ W_hh + b_h)
            last[layer] = H
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(last)


@wrong("deep_rnn.forward", "layers")
def one_layer_too_few(inputs, state, params):
    """The first layer by itself, then a loop that ends before the top."""
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        X = H[0] = torch.tanh(X @ params[0] + H[0] @ params[1] + params[2])
        for layer in range(1, len(H) - 1):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "skip connection")
def input_of_a_layer_added_to_its_output(inputs, state, params):
    """Residual connections, read about elsewhere."""
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
            X = H[layer] if layer == 0 else X + H[layer]
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "sum of layers")
def scores_from_the_sum_of_all_layers(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(sum(H) @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "another input")
def inputs_in_reversed_order(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    inputs = inputs[::-1]
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


# Layer after layer over all time, and its own mistakes


@wrong("deep_rnn.forward", "not re-aligned + not re-aligned")
def upper_layers_walk_backwards(inputs, state, params):
    """Each layer's list is built from the front, so that every second one goes against time."""
    W_hq, b_q = params[-2:]
    sequence, last = list(inputs), []
    for layer in range(len(state)):
        W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
        H, hidden = state[layer], []
        for X in sequence:
            H = torch.tanh(X @ W_xh + H @ W_hh + b_h)
            hidden.insert(0, H)
        sequence = hidden
        last.append(H)
    return [H @ W_hq + b_q for H in sequence], tuple(last)
