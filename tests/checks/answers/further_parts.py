"""Parts that one assignment has alone: a training step, a forget bias, residual layers, a gap filler."""

from __future__ import annotations

import torch
from torch.nn.functional import cross_entropy

from . import habit, right, wrong
from .gru_forward_right import as_the_equations_say, reset_after_the_product


@right("rnn.step")
def training_step(inputs, Y, state, params, lr, theta):
    loss, final = _loss(inputs, Y.T, state, params)
    gradients = torch.autograd.grad(loss, params)
    norm = torch.sqrt(sum((gradient**2).sum() for gradient in gradients))
    factor = min(1, theta / norm)
    new = [(p - lr * factor * g).detach().requires_grad_() for p, g in zip(params, gradients, strict=True)]
    return loss.item(), new, (final.detach(),)


@right("rnn.step")
def training_step_in_place(inputs, Y, state, params, lr, theta):
    loss, final = _loss(inputs, Y.t(), state, params)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(params, theta)
    for parameter in params:
        parameter.data -= lr * parameter.grad
    return loss.detach(), params, (final.detach(),)


@habit("rnn.step", "the new state still carries its graph")
def training_step_with_a_state_that_is_not_detached(inputs, Y, state, params, lr, theta):
    loss, final = _loss(inputs, Y.T, state, params)
    _, new, _ = training_step(inputs, Y, state, params, lr, theta)
    return loss.item(), new, (final,)


@habit("rnn.step", "transpose Y before it is flattened")
def training_step_in_another_order(inputs, Y, state, params, lr, theta):
    loss, final = _loss(inputs, Y, state, params)
    gradients = torch.autograd.grad(loss, params)
    torch.nn.utils.clip_grad_norm_(params, theta)
    norm = torch.sqrt(sum((gradient**2).sum() for gradient in gradients))
    new = [p - lr * min(1, theta / norm) * g for p, g in zip(params, gradients, strict=True)]
    return loss.item(), [part.detach().requires_grad_() for part in new], (final.detach(),)


def _loss(inputs, targets, state, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    (H,), outputs = state, []
    for X in inputs:
        H = torch.tanh(X @ W_xh + H @ W_hh + b_h)
        outputs.append(H @ W_hq + b_q)
    return cross_entropy(torch.cat(outputs), targets.reshape(-1)), H


right("gru.after")(reset_after_the_product)
wrong("gru.after", "product order")(as_the_equations_say)


@right("lstm.forget_bias")
def set_forget_bias(params, value):
    return [
        torch.full_like(parameter, value, requires_grad=True) if number == 5 else parameter
        for number, parameter in enumerate(params)
    ]


@habit("lstm.forget_bias", "b_i is filled")
def set_input_bias(params, value):
    new = list(params)
    new[2] = torch.full_like(new[2], value, requires_grad=True)
    return new


@right("deep_rnn.signal")
def signal_sizes(inputs, state, params):
    states = list(state)
    squares = torch.zeros(len(states))
    for X in inputs:
        for layer, H in enumerate(states):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = states[layer] = torch.tanh(X @ W_xh + H @ W_hh + b_h)
            squares[layer] += (X**2).mean()
    return (squares / len(inputs)).sqrt().tolist()


@habit("deep_rnn.signal", "that is the mean size |H|")
def signal_sizes_by_abs(inputs, state, params):
    states = list(state)
    sizes = torch.zeros(len(states))
    for X in inputs:
        for layer, H in enumerate(states):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            X = states[layer] = torch.tanh(X @ W_xh + H @ W_hh + b_h)
            sizes[layer] += X.abs().mean() / len(inputs)
    return sizes.tolist()


def _stack(inputs, state, params, hand_up, keep=lambda below, H: H):
    states, outputs = list(state), []
    for below in inputs:
        for layer in range(len(states)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            new = torch.tanh(below @ W_xh + states[layer] @ W_hh + b_h)
            states[layer] = keep(below, new) if layer else new
            below = hand_up(below, new) if layer else new
        outputs.append(below @ params[-2] + params[-1])
    return outputs, tuple(states)


@right("deep_rnn.residual")
def deep_rnn_residual(inputs, state, params):
    return _stack(inputs, state, params, lambda below, H: below + H)


@wrong("deep_rnn.residual", "residual connection")
def deep_rnn_without_a_residual(inputs, state, params):
    return _stack(inputs, state, params, lambda below, H: H)


@wrong("deep_rnn.residual", "residual connection")
def deep_rnn_with_the_sum_as_state(inputs, state, params):
    return _stack(inputs, state, params, lambda below, H: below + H, lambda below, H: below + H)


@habit("deep_rnn.residual", "shape")
def deep_rnn_with_the_input_added_in_the_first_layer(inputs, state, params):
    return _stack(inputs, state, params, lambda below, H: below + H[:, :0])


def _directions(inputs, state, params):
    W_xh_f, W_hh_f, b_h_f, W_xh_b, W_hh_b, b_h_b, _, _ = params
    forward, backward = [state[0]], [state[1]]
    for X in inputs:
        forward.append(torch.tanh(X @ W_xh_f + forward[-1] @ W_hh_f + b_h_f))
    for X in reversed(inputs):
        backward.append(torch.tanh(X @ W_xh_b + backward[-1] @ W_hh_b + b_h_b))
    return forward, backward[::-1]  # T+1 each: the incoming state first, and last


def _scores(before, after, params):
    return [torch.cat(pair, dim=1) @ params[-2] + params[-1] for pair in zip(before, after, strict=True)]


@right("birnn.gap")
def fill_gap(inputs, state, params):
    forward, backward = _directions(inputs, state, params)
    return _scores(forward[:-1], backward[1:], params), (forward[-1], backward[0])


@wrong("birnn.gap", "sees its input")
def fill_gap_with_both_states_of_the_step(inputs, state, params):
    forward, backward = _directions(inputs, state, params)
    return _scores(forward[1:], backward[:-1], params), (forward[-1], backward[0])


@wrong("birnn.gap", "sees its input")
def fill_gap_with_the_forward_state_of_the_step(inputs, state, params):
    forward, backward = _directions(inputs, state, params)
    return _scores(forward[1:], backward[1:], params), (forward[-1], backward[0])


@wrong("birnn.gap", "sees its input")
def fill_gap_with_the_backward_state_of_the_step(inputs, state, params):
    forward, backward = _directions(inputs, state, params)
    return _scores(forward[:-1], backward[:-1], params), (forward[-1], backward[0])


@wrong("birnn.gap", "beyond the ends")
def fill_gap_with_zeros_beyond_the_ends(inputs, state, params):
    forward, backward = _directions(inputs, state, params)
    zeros = torch.zeros_like(state[0])
    return _scores([zeros, *forward[1:-1]], [*backward[1:-1], zeros], params), (forward[-1], backward[0])


@wrong("birnn.gap", "beyond the ends")
def fill_gap_with_the_index_minus_one(inputs, state, params):
    forward, backward = _directions(inputs, state, params)
    states, steps = forward[1:], len(inputs)
    return _scores([states[step - 1] for step in range(steps)], backward[1:], params), (forward[-1], backward[0])
