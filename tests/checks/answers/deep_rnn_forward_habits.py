"""The deep RNN, right but for a bad habit or a wrong form; `habit` has the words of the message."""

from __future__ import annotations

import torch
from torch import nn

from . import habit
from .deep_rnn_forward_right import as_the_equations_say

# Right equations, bad habits. Names must not be those of another cell's habits.


@habit("deep_rnn.forward", says="your function raised ValueError: too many values to unpack")
def two_layers_hard_coded(inputs, state, params):
    W_xh1, W_hh1, b_h1, W_xh2, W_hh2, b_h2, W_hq, b_q = params
    H1, H2 = state
    outputs = []
    for X in inputs:
        H1 = torch.tanh(X @ W_xh1 + H1 @ W_hh1 + b_h1)
        H2 = torch.tanh(H1 @ W_xh2 + H2 @ W_hh2 + b_h2)
        outputs.append(H2 @ W_hq + b_q)
    return outputs, (H1, H2)


@habit("deep_rnn.forward", says="expected the state as a tuple of 3 (H1, H2, H3), got a tuple of 2")
def two_layers_by_index(inputs, state, params):
    H1, H2 = state[0], state[1] if len(state) > 1 else state[0]
    outputs = []
    for X in inputs:
        H1 = torch.tanh(X @ params[0] + H1 @ params[1] + params[2])
        H2 = torch.tanh(H1 @ params[3] + H2 @ params[4] + params[5])
        outputs.append(H2 @ params[-2] + params[-1])
    return outputs, (H1, H2)


@habit("deep_rnn.forward", says="your function raised RuntimeError")
def every_layer_reads_the_input(inputs, state, params):
    H, outputs = list(state), []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(H[-1] @ params[-2] + params[-1])
    return outputs, tuple(H)


@habit("deep_rnn.forward", says="your function raised RuntimeError")
def weights_sorted_by_kind(inputs, state, params):
    """As if all W_xh came first, then all W_hh, then the biases."""
    L = len(state)
    order = [params[layer + k * L] for layer in range(L) for k in range(3)]
    return as_the_equations_say(inputs, state, [*order, *params[-2:]])


@habit("deep_rnn.forward", says="expected the state as a tuple of 2 (H1, H2), got a list of 2")
def states_in_a_list(inputs, state, params):
    outputs, state = as_the_equations_say(inputs, state, params)
    return outputs, list(state)


@habit("deep_rnn.forward", says="expected the state as a tuple of 2 (H1, H2), got a tensor of shape (2, ")
def states_stacked_as_torch_does(inputs, state, params):
    outputs, state = as_the_equations_say(inputs, state, params)
    return outputs, torch.stack(state)


@habit("deep_rnn.forward", says="expected the state as a tuple of 2 (H1, H2), got a tuple of 1")
def top_state_alone(inputs, state, params):
    outputs, state = as_the_equations_say(inputs, state, params)
    return outputs, state[-1:]


@habit("deep_rnn.forward", says="expected outputs as a list of T = ")
def scores_after_every_layer(inputs, state, params):
    H, outputs = list(state), []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
            outputs.append(X @ params[-2] + params[-1])
    return outputs, tuple(H)


@habit("deep_rnn.forward", says="gradients")
def layers_cut_from_each_other(inputs, state, params):
    H, outputs = list(state), []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
            X = H[layer].detach()
        outputs.append(H[-1] @ params[-2] + params[-1])
    return outputs, tuple(H)


@habit("deep_rnn.forward", says="gradients")
def states_detached_at_every_step(inputs, state, params):
    outputs = []
    for X in inputs:
        (Y,), state = as_the_equations_say([X], tuple(H.detach() for H in state), params)
        outputs.append(Y)
    return outputs, state


@habit("deep_rnn.forward", says="the list of inputs or of parameters is another after the call")
def layers_popped_from_the_list(inputs, state, params):
    sequence, last = inputs, []
    for H in state:
        W_xh, W_hh, b_h = params.pop(0), params.pop(0), params.pop(0)
        hidden = []
        for X in sequence:
            H = torch.tanh(X @ W_xh + H @ W_hh + b_h)
            hidden.append(H)
        sequence = hidden
        last.append(H)
    return [H @ params[0] + params[1] for H in sequence], tuple(last)


Layers = nn.RNN  # under another name, so that reading the code does not show it


by_another_name = getattr(torch, "rnn_" + "tanh")


def weights_as_torch_wants_them(params):
    groups = [params[k : k + 3] for k in range(0, len(params) - 2, 3)]
    return [W for W_x, W_h, b in groups for W in (W_x.T, W_h.T, b, torch.zeros_like(b))]


@habit("deep_rnn.forward", says="your function uses torch's own RNN: write the equations yourself")
def the_layers_of_torch(inputs, state, params):
    layers = nn.RNN(inputs[0].shape[1], state[0].shape[1], num_layers=len(state))
    with torch.no_grad():
        for own, given in zip(layers.parameters(), weights_as_torch_wants_them(params), strict=True):
            own.copy_(given)
    hidden, last = layers(torch.stack(inputs), torch.stack(state))
    return list(hidden @ params[-2] + params[-1]), tuple(last)


@habit("deep_rnn.forward", says="your function uses torch's own rnn_tanh: write the equations yourself")
def the_function_of_torch(inputs, state, params):
    X, start, weights = torch.stack(inputs), torch.stack(state), weights_as_torch_wants_them(params)
    hidden, last = torch.rnn_tanh(X, start, weights, True, len(state), 0.0, False, False, False)
    return list(hidden @ params[-2] + params[-1]), tuple(last)


@habit("deep_rnn.forward", says="your function uses torch's own rnn_tanh: write the equations yourself")
def the_layers_by_another_name(inputs, state, params):
    layers = Layers(inputs[0].shape[1], state[0].shape[1], num_layers=len(state))
    hidden, last = layers(torch.stack(inputs), torch.stack(state))
    return list(hidden @ params[-2] + params[-1]), tuple(last)


@habit("deep_rnn.forward", says="your function uses torch's own rnn_tanh: write the equations yourself")
def the_function_by_another_name(inputs, state, params):
    X, start, weights = torch.stack(inputs), torch.stack(state), weights_as_torch_wants_them(params)
    hidden, last = by_another_name(X, start, weights, True, len(state), 0.0, False, False, False)
    return list(hidden @ params[-2] + params[-1]), tuple(last)
