"""Habits: arguments stay as they are, calls can be repeated, the dtype is followed, a call takes no ages."""

from __future__ import annotations

import pytest
import torch

from course_utils.checks.cases import draw_cases
from course_utils.checks.habits import SLOW, in_place_problem, repeat_problem, speed_problem
from course_utils.checks.probe import ForwardResult, forward
from course_utils.equations import RNN, evaluate

CASE = draw_cases([RNN] * 3, seed=0)[0]


def right(inputs, state, params):
    return evaluate(RNN, inputs, state, params)


def after(change):
    """A right function that does `change(inputs, state, params)` at its end."""

    def function(inputs, state, params):
        result = right(inputs, state, params)
        change(inputs, state, params)
        return result

    return function


def test_a_right_function_changes_nothing():
    assert in_place_problem(right, CASE) == ""


@pytest.mark.parametrize(
    "change, what",
    [
        (lambda inputs, state, params: inputs[0].mul_(2), "an input is changed in place"),
        (lambda inputs, state, params: state[0].mul_(2), "the incoming state is changed in place"),
        (lambda inputs, state, params: params[1].mul_(2), "a parameter is changed in place"),
        (lambda inputs, state, params: params.reverse(), "the list of inputs or of parameters is another"),
        (lambda inputs, state, params: inputs.clear(), "the list of inputs or of parameters is another"),
    ],
    ids=["input", "state", "parameter", "reversed", "emptied"],
)
def test_an_argument_that_is_changed_is_named(change, what):
    assert what in in_place_problem(after(change), CASE)


def test_a_second_call_that_agrees_is_no_problem():
    assert repeat_problem(right, CASE, forward(right, CASE.to(torch.float32))) == ""


def test_a_second_call_that_differs_is_one():
    first = forward(right, CASE.to(torch.float32))
    first.outputs[0] += 1
    assert "two calls with the same arguments differ" in repeat_problem(right, CASE, first)


def test_what_draws_random_numbers_is_named():
    first = forward(right, CASE.to(torch.float32))

    def drops(inputs, state, params):
        outputs, final = right(inputs, state, params)
        return [torch.nn.functional.dropout(output) for output in outputs], final

    assert "dropout draws other numbers at each call" in repeat_problem(drops, CASE, first)


def test_a_second_call_that_raises_says_why():
    first = forward(right, CASE.to(torch.float32))

    def fails(inputs, state, params):
        raise KeyError("gone")

    assert "gone" in repeat_problem(fails, CASE, first)


@pytest.mark.parametrize("seconds, is_slow", [(SLOW / 2, False), (SLOW * 2, True)])
def test_a_call_of_seconds_is_slow(seconds, is_slow):
    results = [ForwardResult([], (), 0.0), ForwardResult([], (), seconds)]
    assert bool(speed_problem(results)) == is_slow
