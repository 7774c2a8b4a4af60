"""The bidirectional RNN, right but for a bad habit or a wrong form; `habit` has the words of the message."""

from __future__ import annotations

import torch
from torch import nn

from . import habit, remarked
from .birnn_forward_right import as_the_equations_say


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


@remarked("birnn.forward", says="float64 arguments make it fail")
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
