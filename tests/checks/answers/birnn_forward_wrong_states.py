"""The bidirectional RNN with a mistake in its states; `wrong` names the edit."""

from __future__ import annotations

import torch

from . import wrong


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
