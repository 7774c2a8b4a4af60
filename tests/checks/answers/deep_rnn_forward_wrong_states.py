"""The deep RNN with a mistake in its states; `wrong` names the edit."""

from __future__ import annotations

import torch

from . import wrong


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
def state_made_again_in_the_loop(inputs, state, params):
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
