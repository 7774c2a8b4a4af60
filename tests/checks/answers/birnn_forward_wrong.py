"""The bidirectional RNN with one plausible mistake each, and the kind of edit that must come first in the explanation.

At the end: right equations with a bad habit, and the words that the message must have.
"""

from __future__ import annotations

import torch
from torch import nn

from . import habit, wrong
from .birnn_forward_right import as_the_equations_say


@wrong("birnn.forward", "direction")
def backward_runs_forward(inputs, state, params):
    """Both directions walk the same way."""
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in inputs:
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "another input")
def backward_runs_forward_and_is_turned(inputs, state, params):
    """The results are reversed, the inputs were not."""
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in inputs:
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "not re-aligned")
def backward_not_turned_back(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "not re-aligned")
def both_turned(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    forward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "not re-aligned")
def forward_turned_in_place_of_backward(inputs, state, params):
    """Each output is right, at the mirrored step."""
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    forward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "another input")
def both_directions_run_backwards(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in reversed(inputs):
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "concatenation order")
def backward_half_first(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((b, f), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "one direction twice")
def forward_for_both_halves(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, f), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "one direction twice")
def backward_for_both_halves(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((b, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "sum for concatenation")
def sum_for_both_halves(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f + b, f + b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "sum for concatenation")
def sum_through_the_upper_half(inputs, state, params):
    """The sum has H columns, so W_hq was cut to fit."""
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [(f + b) @ W_hq[: f.shape[1]] + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "sum for concatenation")
def mean_through_the_upper_half(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [(f + b) / 2 @ W_hq[: f.shape[1]] + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "one direction")
def forward_direction_alone(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [f @ W_hq[: f.shape[1]] + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "one direction")
def backward_direction_alone(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [b @ W_hq[b.shape[1] :] + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "shared weights")
def backward_with_forward_weights(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_f + H_b @ W_hh_f + b_h_f)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "parameter exchanged")
def backward_with_the_forward_hidden_weight(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_f + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "parameter exchanged")
def backward_with_the_forward_input_weight(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_f + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "parameter exchanged")
def backward_with_the_forward_bias(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_f)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "unpacking order")
def unpacked_backward_first(inputs, state, params):
    W_xh_b, W_hh_b, b_h_b, W_xh_f, W_hh_f, b_h_f, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "sequence exchanged")
def backward_reads_the_forward_state(inputs, state, params):
    """A copied line: H_f is the last forward state by now."""
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_f @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "start")
def backward_starts_where_forward_ended(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    H_b = H_f
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "start")
def both_start_from_the_forward_state(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f = H_b = state[0]
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "state ignored")
def both_start_from_zeros(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = torch.zeros_like(state[0]), torch.zeros_like(state[1])
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "state ignored")
def backward_starts_from_zeros(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f = state[0]
    H_b = torch.zeros_like(H_f)
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "state order")
def incoming_states_unpacked_backward_first(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_b, H_f = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "state order")
def states_returned_backward_first(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_b, H_f)


@wrong("birnn.forward", "final state")
def backward_state_of_the_last_step(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (forward[-1], backward[-1])


@wrong("birnn.forward", "final state")
def both_states_of_the_first_step(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (forward[0], backward[0])


@wrong("birnn.forward", "final state")
def both_states_from_the_wrong_end(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (forward[0], backward[-1])


@wrong("birnn.forward", "final state")
def forward_state_twice(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_f)


@wrong("birnn.forward", "final state")
def hands_on_the_states_that_came_in(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, state


@wrong("birnn.forward", "final state")
def backward_state_not_handed_on(inputs, state, params):
    """Only the forward direction is carried."""
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, state[1])


@wrong("birnn.forward", "initial state")
def backward_never_carried(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        backward.append(torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b))
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, backward[0])


@wrong("birnn.forward", "initial state")
def forward_never_carried(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        new = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(new)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (new, H_b)


@wrong("birnn.forward", "term dropped")
def backward_does_not_see_its_past(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "term dropped")
def backward_without_bias(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "term dropped")
def no_biases_in_either_direction(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "term dropped")
def scores_without_their_bias(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "activation missing")
def backward_without_tanh(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = X @ W_xh_b + H_b @ W_hh_b + b_h_b
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "activation exchanged")
def sigmoid_in_both_directions(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.sigmoid(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.sigmoid(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "activation exchanged")
def relu_in_the_backward_direction(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.relu(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "extra activation")
def scores_through_softmax(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [
        torch.softmax(torch.cat((f, b), dim=1) @ W_hq + b_q, dim=1) for f, b in zip(forward, backward, strict=True)
    ]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "extra activation")
def joined_state_through_tanh(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.tanh(torch.cat((f, b), dim=1)) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "transposed")
def hidden_weights_transposed(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f.T + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b.T + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "stale state + another step")
def collected_before_the_update(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        forward.append(H_f)
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
    for X in reversed(inputs):
        backward.append(H_b)
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "another step")
def backward_collected_before_the_update(inputs, state, params):
    """So that step t knows what comes after it only."""
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        backward.append(H_b)
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "another step")
def last_backward_state_for_all_steps(inputs, state, params):
    """The whole sequence in one state, once for every step."""
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, H_b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "not re-aligned")
def outputs_reversed(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    backward.reverse()
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    outputs.reverse()
    return outputs, (H_f, H_b)


# Written with indices, both directions in one loop, or with one variable for both


@wrong("birnn.forward", "another input")
def backward_reads_the_input_after(inputs, state, params):
    """inputs[-i] for i from 0: the first input comes first, then the rest from the end."""
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    T = len(inputs)
    H_f, H_b = state
    forward, backward = [], []
    for i in range(T):
        H_f = torch.tanh(inputs[i] @ W_xh_f + H_f @ W_hh_f + b_h_f)
        H_b = torch.tanh(inputs[-i] @ W_xh_b + H_b @ W_hh_b + b_h_b)
        forward.append(H_f)
        backward.insert(0, H_b)
    return [torch.cat((f, b), 1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)], (H_f, H_b)


@wrong("birnn.forward", "not re-aligned")
def scores_inside_the_one_loop(inputs, state, params):
    """Step t of the one direction meets step T − 1 − t of the other."""
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    outputs = []
    for t in range(len(inputs)):
        H_f = torch.tanh(inputs[t] @ W_xh_f + H_f @ W_hh_f + b_h_f)
        H_b = torch.tanh(inputs[-1 - t] @ W_xh_b + H_b @ W_hh_b + b_h_b)
        outputs.append(torch.cat((H_f, H_b), dim=1) @ W_hq + b_q)
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "direction")
def scores_inside_the_one_loop_both_forward(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    outputs = []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        outputs.append(torch.cat((H_f, H_b), dim=1) @ W_hq + b_q)
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "start")
def one_variable_for_both_directions(inputs, state, params):
    """The backward pass goes on from the forward one's end."""
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H, forward, backward = state[0], [], []
    for X in inputs:
        H = torch.tanh(X @ W_xh_f + H @ W_hh_f + b_h_f)
        forward.append(H)
    for X in inputs[::-1]:
        H = torch.tanh(X @ W_xh_b + H @ W_hh_b + b_h_b)
        backward.insert(0, H)
    outputs = [torch.cat((f, b), dim=1) @ W_hq + b_q for f, b in zip(forward, backward, strict=True)]
    return outputs, (forward[-1], backward[0])


@habit("birnn.forward", says="the outputs differ from step 1")  # no edit says this; where it departs is told
def flipped_along_the_rows(inputs, state, params):
    """Stacked as (T, B, H), then flipped along dimension 1: the rows of the minibatch, not time."""
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in inputs[::-1]:
        H_b = torch.tanh(X @ W_xh_b + H_b @ W_hh_b + b_h_b)
        backward.append(H_b)
    joined = torch.cat([torch.stack(forward), torch.stack(backward).flip(1)], dim=2)
    return list(joined @ W_hq + b_q), (H_f, H_b)


@wrong("birnn.forward", "concatenation order")
def halves_of_the_output_weight_exchanged(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    W_b, W_f = W_hq.chunk(2)
    outputs = []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        outputs.append(H_f @ W_f + b_q)
    for t in reversed(range(len(inputs))):
        H_b = torch.tanh(inputs[t] @ W_xh_b + H_b @ W_hh_b + b_h_b)
        outputs[t] = outputs[t] + H_b @ W_b
    return outputs, (H_f, H_b)


@wrong("birnn.forward", "term doubled")
def output_bias_with_each_half(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    W_f, W_b = W_hq.chunk(2)
    outputs = []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        outputs.append(H_f @ W_f + b_q)
    for t in reversed(range(len(inputs))):
        H_b = torch.tanh(inputs[t] @ W_xh_b + H_b @ W_hh_b + b_h_b)
        outputs[t] = outputs[t] + H_b @ W_b + b_q
    return outputs, (H_f, H_b)


# Right equations, bad habits. Names must not be those of another cell's habits.


@habit("birnn.forward", says="your function raised RuntimeError")
def sum_that_does_not_fit(inputs, state, params):
    """W_hq has 2H rows, the sum H columns."""
    H_f, H_b = state
    return [(H_f + H_b) @ params[6] + params[7] for _ in inputs], state


@habit("birnn.forward", says="your function raised RuntimeError")
def joined_along_the_rows(inputs, state, params):
    H_f, H_b = state
    return [torch.cat((H_f, H_b)) @ params[6] + params[7] for _ in inputs], state


@habit("birnn.forward", says="your function raised TypeError")
def reverse_returns_nothing(inputs, state, params):
    """`backward = backward.reverse()`: a classic."""
    H, backward = state[1], []
    for X in reversed(inputs):
        H = torch.tanh(X @ params[3] + H @ params[4] + params[5])
        backward.append(H)
    backward = backward.reverse()
    return [torch.cat((b, b), 1) @ params[6] + params[7] for b in backward], state


@habit("birnn.forward", says="the caller still needs it")
def inputs_reversed_in_place(inputs, state, params):
    """The values are right; the caller's list is another one now."""
    outputs, state = as_the_equations_say(inputs, state, params)
    inputs.reverse()
    return outputs, state


@habit("birnn.forward", says="expected the state as a tuple of 2 (H_f, H_b), got a list of 2")
def both_states_in_a_list(inputs, state, params):
    outputs, state = as_the_equations_say(inputs, state, params)
    return outputs, [*state]


@habit("birnn.forward", says="expected the state as a tuple of 2 (H_f, H_b), got a tensor of shape")
def both_states_joined(inputs, state, params):
    outputs, state = as_the_equations_say(inputs, state, params)
    return outputs, torch.cat(state, dim=1)


@habit("birnn.forward", says="expected the state as a tuple of 2 (H_f, H_b), got a tuple of 1")
def forward_state_alone(inputs, state, params):
    outputs, (H_f, _) = as_the_equations_say(inputs, state, params)
    return outputs, (H_f,)


@habit("birnn.forward", says="expected outputs as a list of T = ")
def outputs_of_both_directions(inputs, state, params):
    outputs, state = as_the_equations_say(inputs, state, params)
    return outputs + outputs[::-1], state


@habit("birnn.forward", says="gradients")
def backward_detached_in_the_loop(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    H_f, H_b = state
    forward, backward = [], []
    for X in inputs:
        H_f = torch.tanh(X @ W_xh_f + H_f @ W_hh_f + b_h_f)
        forward.append(H_f)
    for X in reversed(inputs):
        H_b = torch.tanh(X @ W_xh_b + H_b.detach() @ W_hh_b + b_h_b)
        backward.insert(0, H_b)
    return [torch.cat(pair, 1) @ W_hq + b_q for pair in zip(forward, backward, strict=True)], (H_f, H_b)


@habit("birnn.forward", says="no gradient reaches W_xh_b, W_hh_b, b_h_b")
def backward_without_gradients(inputs, state, params):
    cut = [*params[:3], *(W.detach() for W in params[3:6]), *params[6:]]
    return as_the_equations_say(inputs, state, cut)


@habit("birnn.forward", says="T=")
def length_hard_coded(inputs, state, params):
    return as_the_equations_say([inputs[t] for t in range(34, -1, -1)][::-1], state, params)


@habit("birnn.forward", says="with float64 arguments")
def joined_in_float32(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, W_hq, b_q = params
    (H_f, H_b), T = state, len(inputs)
    joined = torch.zeros(T, *H_f.shape[:1], 2 * H_f.shape[1])
    for t in range(T):
        H_f = torch.tanh(inputs[t] @ W_xh_f + H_f @ W_hh_f + b_h_f)
        joined[t, :, : H_f.shape[1]] = H_f
    for t in reversed(range(T)):
        H_b = torch.tanh(inputs[t] @ W_xh_b + H_b @ W_hh_b + b_h_b)
        joined[t, :, H_b.shape[1] :] = H_b
    return list(joined @ W_hq + b_q), (H_f, H_b)


Bidirectional = nn.RNN  # under another name, so that reading the code does not show it
by_another_name = getattr(torch, "rnn_" + "tanh")


def weights_as_torch_wants_them(params):
    groups = params[0:3], params[3:6]
    return [W for W_x, W_h, b in groups for W in (W_x.T, W_h.T, b, torch.zeros_like(b))]


@habit("birnn.forward", says="your function uses torch's own RNN: write the equations yourself")
def both_directions_of_torch(inputs, state, params):
    layer = nn.RNN(inputs[0].shape[1], state[0].shape[1], bidirectional=True)
    with torch.no_grad():
        for own, given in zip(layer.parameters(), weights_as_torch_wants_them(params), strict=True):
            own.copy_(given)
    hidden, last = layer(torch.stack(inputs), torch.stack(state))
    return list(hidden @ params[6] + params[7]), tuple(last)


@habit("birnn.forward", says="your function uses torch's own rnn_tanh: write the equations yourself")
def both_directions_by_the_function_of_torch(inputs, state, params):
    X, start, weights = torch.stack(inputs), torch.stack(state), weights_as_torch_wants_them(params)
    hidden, last = torch.rnn_tanh(X, start, weights, True, 1, 0.0, False, True, False)
    return list(hidden @ params[6] + params[7]), tuple(last)


@habit("birnn.forward", says="your function uses torch's own rnn_tanh: write the equations yourself")
def both_directions_by_another_name(inputs, state, params):
    layer = Bidirectional(inputs[0].shape[1], state[0].shape[1], bidirectional=True)
    hidden, last = layer(torch.stack(inputs), torch.stack(state))
    return list(hidden @ params[6] + params[7]), tuple(last)


@habit("birnn.forward", says="your function uses torch's own rnn_tanh: write the equations yourself")
def the_function_for_both_by_another_name(inputs, state, params):
    X, start, weights = torch.stack(inputs), torch.stack(state), weights_as_torch_wants_them(params)
    hidden, last = by_another_name(X, start, weights, True, 1, 0.0, False, True, False)
    return list(hidden @ params[6] + params[7]), tuple(last)
