"""The deep RNN with one plausible mistake each, and the kind of edit that must come first in the explanation.

At the end: right equations with a bad habit, and the words that the message must have.
"""

from __future__ import annotations

import torch
from torch import nn

from . import habit, wrong
from .deep_rnn_forward_right import as_the_equations_say


@wrong("deep_rnn.forward", "shared weights")
def one_hidden_weight_for_all_layers(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer], params[1], params[3 * layer + 2]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "shared weights")
def hidden_weight_and_bias_of_the_first_layer(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer], params[1], params[2]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "shared weights")
def upper_layers_share_the_second_ones_weights(inputs, state, params):
    """Right for two layers: only a higher stack tells."""
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[:3] if layer == 0 else params[3:6]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "parameter exchanged + parameter exchanged")
def input_and_hidden_weight_of_upper_layers_exchanged(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            if layer > 0:
                W_xh, W_hh = W_hh, W_xh
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "term dropped")
def bias_in_the_first_layer_only(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + (b_h if layer == 0 else 0))
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "term dropped")
def no_bias_in_any_layer(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "term dropped")
def upper_layers_do_not_see_their_past(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            A = X @ W_xh + b_h
            if layer == 0:
                A = A + H[layer] @ W_hh
            X = H[layer] = torch.tanh(A)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "term dropped")
def scores_without_their_bias(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(X @ W_hq)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "term doubled")
def two_biases_as_torch_has(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh((X @ W_xh + b_h) + (H[layer] @ W_hh + b_h))
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "transposed")
def hidden_weights_transposed(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh.T + b_h)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "activation missing")
def upper_layers_without_tanh(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = X @ W_xh + H[layer] @ W_hh + b_h
            if layer == 0:
                X = torch.tanh(X)
            H[layer] = X
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "activation missing")
def top_layer_without_tanh(inputs, state, params):
    """Taken for the output layer."""
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            A = X @ W_xh + H[layer] @ W_hh + b_h
            X = H[layer] = A if layer == len(H) - 1 else torch.tanh(A)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "activation missing")
def no_layer_has_a_tanh(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = X @ W_xh + H[layer] @ W_hh + b_h
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "activation exchanged")
def relu_in_every_layer(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.relu(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "activation exchanged")
def sigmoid_in_every_layer(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.sigmoid(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "activation exchanged")
def relu_between_the_layers(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            A = X @ W_xh + H[layer] @ W_hh + b_h
            X = H[layer] = torch.tanh(A) if layer == 0 else torch.relu(A)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "bracket closed early")
def bias_outside_of_the_tanh(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh) + b_h
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "activation missing")
def upper_layers_read_before_the_tanh(inputs, state, params):
    """What goes up is what was inside the brackets."""
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = X @ W_xh + H[layer] @ W_hh + b_h
            H[layer] = torch.tanh(X)
        outputs.append(H[-1] @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "extra activation")
def scores_through_softmax(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(torch.softmax(X @ W_hq + b_q, dim=-1))
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "extra activation")
def scores_through_tanh(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(torch.tanh(X @ W_hq + b_q))
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "stale state")
def all_layers_from_the_old_states(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = tuple(state)
    outputs = []
    for X in inputs:
        new = []
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            below = X if layer == 0 else H[layer - 1]
            new.append(torch.tanh(below @ W_xh + H[layer] @ W_hh + b_h))
        H = tuple(new)
        outputs.append(H[-1] @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "stale state")
def from_the_top_downwards(inputs, state, params):
    """In place, so that each layer reads the one below before its turn."""
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in reversed(range(len(H))):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            below = X if layer == 0 else H[layer - 1]
            H[layer] = torch.tanh(below @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(H[-1] @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "stale state")
def scores_before_the_update(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        outputs.append(H[-1] @ W_hq + b_q)
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "initial state")
def state_never_carried(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    new = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = new[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(new)


@wrong("deep_rnn.forward", "state reset")
def state_made_anew_in_the_loop(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        H = [torch.zeros_like(S) for S in state]
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "state ignored")
def starts_from_zeros(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = [torch.zeros_like(S) for S in state]
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "start")
def every_layer_starts_from_the_first_state(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = [state[0]] * len(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "state order")
def states_returned_from_the_top(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(reversed(H))


@wrong("deep_rnn.forward", "state order")
def states_read_from_the_top(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)[::-1]
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H)


@wrong("deep_rnn.forward", "state order")
def states_read_and_returned_from_the_top(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)[::-1]
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(X @ W_hq + b_q)
    return outputs, tuple(H[::-1])


@wrong("deep_rnn.forward", "final state")
def top_state_for_all_layers(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(X @ W_hq + b_q)
    return outputs, (X,) * len(state)


@wrong("deep_rnn.forward", "final state")
def first_state_for_all_layers(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(X @ W_hq + b_q)
    return outputs, (H[0],) * len(state)


@wrong("deep_rnn.forward", "final state")
def hands_on_the_state_that_came_in(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
        outputs.append(X @ W_hq + b_q)
    return outputs, state


@wrong("deep_rnn.forward", "final state")
def hands_on_the_states_of_the_first_step(inputs, state, params):
    W_hq, b_q = params[-2:]
    H = list(state)
    first = None
    outputs = []
    for X in inputs:
        for layer in range(len(H)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = H[layer] = torch.tanh(X @ W_xh + H[layer] @ W_hh + b_h)
        first = first or tuple(H)
        outputs.append(X @ W_hq + b_q)
    return outputs, first


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


@wrong("deep_rnn.forward", "start")
def layers_start_where_the_one_below_ended(inputs, state, params):
    """H is set once, before the loop over layers."""
    W_hq, b_q = params[-2:]
    sequence, last, H = list(inputs), [], state[0]
    for layer in range(len(state)):
        W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
        hidden = []
        for X in sequence:
            H = torch.tanh(X @ W_xh + H @ W_hh + b_h)
            hidden.append(H)
        sequence = hidden
        last.append(H)
    return [H @ W_hq + b_q for H in sequence], tuple(last)


@wrong("deep_rnn.forward", "another step")
def upper_layers_read_the_last_step_below(inputs, state, params):
    W_hq, b_q = params[-2:]
    sequence, last = list(inputs), []
    for layer in range(len(state)):
        W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
        H, hidden = state[layer], []
        for X in sequence:
            H = torch.tanh(X @ W_xh + H @ W_hh + b_h)
            hidden.append(H)
        sequence = [H] * len(inputs)
        last.append(H)
    return [H @ W_hq + b_q for H in hidden], tuple(last)


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
