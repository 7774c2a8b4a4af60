"""The forget gate's bias and the size of the signal: right answers pass, every mistake is named."""

from __future__ import annotations

import pytest
import torch

from course_utils.checks import find_task
from course_utils.checks.measurements import FORGET_BIAS, SIGNAL, layer_states

SEEDS = (20, 1, 2)


def trainable(function):
    """The result of a mistake as a student would hand it back: new leaves."""
    return lambda params, value: [part.detach().clone().requires_grad_() for part in function(params, value)]


def set_forget_bias(params, value):
    new = list(params)
    new[5] = torch.full_like(new[5], value, requires_grad=True)
    return new


@pytest.mark.parametrize("answer", [set_forget_bias, trainable(FORGET_BIAS.reference)], ids=["shares", "copies"])
def test_a_filled_bias_is_right(answer):
    for seed in SEEDS:
        assert find_task("lstm.forget_bias").examine(answer, seed=seed).passed


@pytest.mark.parametrize("wrong", FORGET_BIAS.wrong, ids=lambda wrong: wrong.sentence[:50])
def test_a_mistake_with_the_bias_is_named_and_earns_nothing(wrong):
    for seed in SEEDS:
        verdict = find_task("lstm.forget_bias").examine(trainable(wrong.function), seed=seed)
        assert verdict.sentence == wrong.sentence and verdict.points == 0


def in_place(params, value):
    with torch.no_grad():
        params[5].fill_(value)
    return params


def without_gradients(params, value):
    return [part.detach() for part in set_forget_bias(params, value)]


def result_of_a_computation(params, value):
    return [part * 1 for part in set_forget_bias(params, value)]


@pytest.mark.parametrize(
    "answer, says",
    [
        (in_place, "an argument is changed in place"),
        (without_gradients, "does not require gradients"),
        (result_of_a_computation, "is the result of a computation"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_right_values_in_a_form_that_cannot_be_used_earn_a_part(answer, says):
    verdict = find_task("lstm.forget_bias").examine(answer)
    assert says in verdict.text() and 0 < verdict.points < verdict.max_points


def signal_sizes(inputs, state, params):
    state, squares = list(state), [[] for _ in state]
    for below in inputs:
        for layer in range(len(state)):
            W_xh, W_hh, b_h = params[3 * layer : 3 * layer + 3]
            below = state[layer] = torch.tanh(below @ W_xh + state[layer] @ W_hh + b_h)
            squares[layer].append((below**2).mean())
    return [(sum(layer) / len(layer)).sqrt().item() for layer in squares]


def test_the_root_mean_square_by_hand_is_right():
    for seed in SEEDS:
        verdict = find_task("deep_rnn.signal").examine(signal_sizes, seed=seed)
        assert verdict.passed, verdict.text()


@pytest.mark.parametrize("wrong", SIGNAL.wrong, ids=lambda wrong: wrong.sentence[:50])
def test_a_mistake_with_the_signal_is_named_and_earns_nothing(wrong):
    for seed in SEEDS:
        answer = lambda inputs, state, params: wrong.function(inputs, state, params)  # noqa: E731
        verdict = find_task("deep_rnn.signal").examine(answer, seed=seed)
        assert verdict.sentence == wrong.sentence and verdict.points == 0


def test_the_states_of_a_layer_are_those_of_all_steps():
    inputs, state, params = SIGNAL.cases(torch.Generator().manual_seed(0))[0]
    assert [tuple(layer.shape) for layer in layer_states(inputs, state, params)] == [
        (len(inputs), *part.shape) for part in state
    ]


@pytest.mark.parametrize("task", ["lstm.forget_bias", "deep_rnn.signal"])
@pytest.mark.parametrize("value", [None, 3, "text", [], [None] * 14, torch.zeros(3)], ids=repr)
def test_another_form_earns_nothing(task, value):
    answer = lambda *arguments: value  # noqa: E731
    assert find_task(task).examine(answer).points == 0
