"""The bidirectional RNN with a mistake between its directions; `wrong` names the edit."""

from __future__ import annotations

import torch

from . import wrong


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
