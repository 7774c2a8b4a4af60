"""A function of a few lines: forms that are accepted or refused, and the words for what is wrong."""

from __future__ import annotations

import numpy
import pytest
import torch

from course_utils.checks import find_task
from course_utils.checks.short_function import departure, written
from course_utils.student_code.describe import described_function


def text_of(name, function):
    return find_task(name).examine(function).text()


def clip(gradients, theta): ...


def test_a_stub_is_not_written_yet_and_shown_in_grey():
    verdict = find_task("exercise.clip").examine(clip)
    assert verdict.sentence == "not written yet: replace the body of clip and run the cell again"
    assert "○ to do" in verdict._repr_html_() and "✗" not in verdict._repr_html_()


def test_a_stub_that_cannot_be_read_is_a_stub_too():
    namespace = {}
    exec("def clip(gradients, theta): pass", namespace)
    assert "not written yet" in text_of("exercise.clip", namespace["clip"])


def test_a_function_that_forgets_its_return_is_told_so():
    def keep(z, steps):
        z**steps

    assert "keep returns nothing: is the return missing?" in text_of("exercise.keep", keep)


def test_other_arguments_are_named():
    assert "expected a function of (gradients, theta)" in text_of("exercise.clip", lambda gradients: gradients)


def test_an_exception_shows_the_students_line():
    def keep(z, steps):
        return z + unknown  # noqa: F821

    text = text_of("exercise.keep", keep)
    assert "NameError" in text and "return z + unknown" in text


@pytest.mark.parametrize(
    "form",
    [float, torch.tensor, lambda value: torch.tensor([value]), numpy.float64, numpy.array],
    ids=["float", "tensor", "tensor of one", "numpy number", "numpy array"],
)
def test_a_number_is_accepted_in_any_harmless_form(form):
    assert find_task("exercise.keep").examine(lambda z, steps: form(z**steps)).passed


@pytest.mark.parametrize(
    "form",
    [tuple, torch.stack, lambda states: numpy.stack([state.numpy() for state in states])],
    ids=["tuple", "tensor", "numpy array"],
)
def test_a_list_is_accepted_in_any_harmless_form(form):
    both = lambda forward, backward: form([torch.cat(pair, 1) for pair in zip(forward, backward)])  # noqa: B905, E731
    assert find_task("exercise.both_ways").examine(both).passed


@pytest.mark.parametrize(
    "value, says",
    [
        ("a text", "expected a number, got a str"),
        ([0.1, 0.2], "expected a number, got a tensor of shape (2,)"),
        ({}, "expected a number, got a dict"),
        (float("nan"), "expected 0.125, got nan"),
    ],
)
def test_another_form_is_named(value, says):
    assert says in text_of("exercise.keep", lambda z, steps: value)


def test_a_value_that_no_mistake_explains_is_shown_with_its_call():
    text = text_of("exercise.keep", lambda z, steps: z + steps)
    assert text.splitlines() == ["exercise.keep: expected 0.125, got 3.5", "called as keep(0.5, 3)"]


def test_an_argument_changed_in_place_is_a_remark_of_an_exercise():
    def cell_step(c, f, i, c_tilde, o):
        c *= f
        c += i * c_tilde
        return c, o * torch.tanh(c)

    verdict = find_task("exercise.cell_step").examine(cell_step)
    assert verdict.passed and "changed in place" in verdict.text()


def test_whole_numbers_must_be_exact():
    right = find_task("exercise.parameters").examine
    assert not right(lambda V, H, L: V * H + H * H + H + (L - 1) * (2 * H * H + H) + H * V + V + (V > 9)).passed


@pytest.mark.parametrize(
    "got, expected, says",
    [
        (1.0, 1.0, ""),
        (torch.ones(2, 2), torch.ones(2, 2), ""),
        (torch.ones(4), torch.ones(2, 2), "expected a tensor of shape (2, 2), got a tensor of shape (4,)"),
        (torch.zeros(3, 3), torch.ones(3, 3), "expected 1 at [0, 0], got 0"),
        ([1.0], [1.0, 2.0], "expected 2 values, got 1"),
        ([[1.0, 3.0]], [[1.0, 2.0]], "expected 2 for result[0][1], got 3"),
        (3.0, [1.0], "expected a list of 1, got a float"),
    ],
)
def test_a_departure_says_what_and_where(got, expected, says):
    assert departure(got, expected) == says


def test_small_tensors_are_written_out_and_large_ones_by_their_shape():
    assert written(torch.tensor([[1.0, 0.33333]])) == "[[1, 0.3333]]"
    assert written([torch.zeros(3, 4), 0.5]) == "[a tensor (3, 4), 0.5]"


def test_a_description_of_a_stub_has_its_source():
    assert "..." in described_function(clip)["source"]
