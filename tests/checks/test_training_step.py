"""A training step by hand passes; each mistake, and two at once, are named."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch.nn.functional import cross_entropy

from course_utils.checks import find_task
from course_utils.checks.training_step import MISTAKES, Step
from course_utils.equations import RNN

SEEDS = (20, 1, 2)
RIGHT = Step(RNN)


def rnn(inputs, state, params):
    W_xh, W_hh, b_h, W_hq, b_q = params
    (H,), outputs = state, []
    for X in inputs:
        H = torch.tanh(X @ W_xh + H @ W_hh + b_h)  # (B, H)
        outputs.append(H @ W_hq + b_q)  # (B, V)
    return outputs, (H,)


def by_hand(inputs, Y, state, params, lr, theta):
    outputs, (H,) = rnn(inputs, state, params)
    loss = cross_entropy(torch.cat(outputs), Y.T.reshape(-1))
    gradients = torch.autograd.grad(loss, params)
    norm = torch.sqrt(sum((gradient**2).sum() for gradient in gradients))
    factor = min(1.0, theta / norm.item())
    new = [(p - lr * factor * g).detach().requires_grad_() for p, g in zip(params, gradients, strict=True)]
    return loss.item(), new, (H.detach(),)


def in_place(inputs, Y, state, params, lr, theta):
    """As training loops do: .backward(), and the parameters themselves changed."""
    outputs, state = rnn(inputs, state, params)
    loss = cross_entropy(torch.cat(outputs), Y.T.reshape(-1))
    loss.backward()
    torch.nn.utils.clip_grad_norm_(params, theta)
    with torch.no_grad():
        for parameter in params:
            parameter -= lr * parameter.grad
    return loss.detach(), params, tuple(part.detach() for part in state)


def of(step, change=lambda loss, params, state: (loss, params, state)):
    """A student's function that makes a mistake."""

    def training_step(inputs, Y, state, params, lr, theta):
        loss, new, final = step(inputs, Y, state, params, lr, theta)
        return change(loss.item(), [part.requires_grad_() for part in new], final)

    return training_step


@pytest.mark.parametrize("answer", [by_hand, in_place, of(RIGHT)], ids=["by hand", "in place", "reference"])
def test_a_right_step_is_accepted(answer):
    for seed in SEEDS:
        verdict = find_task("rnn.step").examine(answer, seed=seed)
        assert verdict.passed, verdict.text()


@pytest.mark.parametrize("sentence, switches", MISTAKES, ids=[str(switches) for _, switches in MISTAKES])
def test_a_mistake_is_named(sentence, switches):
    for seed in SEEDS:
        verdict = find_task("rnn.step").examine(of(replace(RIGHT, **switches)), seed=seed)
        assert verdict.points < verdict.max_points
        assert verdict.sentence == sentence


def test_two_mistakes_are_both_named():
    step = of(replace(RIGHT, targets="by rows", clipping="none"))
    sentence = find_task("rnn.step").examine(step).sentence
    assert sentence.startswith("two things: Y is read row by row") and "not clipped" in sentence


def attached(loss, params, state):
    return loss, params, (state[0].requires_grad_() * 1,)


def without_gradients(loss, params, state):
    return loss, [part.detach() for part in params], state


def with_graph(loss, params, state):
    return loss, [part * 1 for part in params], state


def state_alone(loss, params, state):
    return loss, params, state[0]


def pair(loss, params, state):
    return loss, params


def too_few(loss, params, state):
    return loss, params[1:], state


@pytest.mark.parametrize(
    "change, says",
    [
        (attached, "the new state still carries its graph"),
        (without_gradients, "new parameter 1 does not require gradients"),
        (with_graph, "new parameter 1 still carries its graph"),
        (state_alone, "a tuple of one is written (H,)"),
        (pair, "expected (loss, params, state), got a tuple of 2"),
        (too_few, "expected a list of 5 new parameters second, got a list of 4"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_another_form_is_named(change, says):
    verdict = find_task("rnn.step").examine(of(RIGHT, change))
    assert not verdict.passed and says in verdict.text()


@pytest.mark.parametrize("value", [None, 1.0, "loss", (1.0, None, None), ("loss", [None] * 5, (None,))], ids=repr)
def test_a_result_of_other_types_earns_nothing(value):
    verdict = find_task("rnn.step").examine(lambda inputs, Y, state, params, lr, theta: value)
    assert verdict.points == 0 and "please show this message" not in verdict.text()


def test_a_step_that_no_mistake_explains_says_where_it_departs():
    text = find_task("rnn.step").examine(of(replace(RIGHT, rate=2.0))).text()
    assert "of the new parameters[0]" in text or "for the new parameters[0]" in text
