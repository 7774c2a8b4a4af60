"""A function is called in the first accepted form that fits its signature."""

from __future__ import annotations

import functools

import pytest

from course_utils.student_code.signatures import call_fitting


def three(vocab_size, num_hiddens, device):
    return vocab_size, num_hiddens, device


def four(vocab_size, num_hiddens, num_layers, device):
    return vocab_size, num_hiddens, num_layers, device


@pytest.mark.parametrize(
    "function, result",
    [
        (three, (1, 2, 3)),
        (lambda: "older form", "older form"),
        (lambda *arguments: arguments, (1, 2, 3)),
        (functools.partial(four, num_layers=9), (1, 2, 9, 3)),
        (lambda device, vocab_size, num_hiddens: (device, vocab_size, num_hiddens), (1, 2, 3)),
    ],
    ids=["all", "none", "any", "by name", "in order, whatever the names"],
)
def test_each_accepted_form_is_called_in_its_way(function, result):
    assert call_fitting(function, vocab_size=1, num_hiddens=2, device=3) == result


def test_a_function_that_fits_no_form_is_an_error_that_names_them():
    with pytest.raises(TypeError, match=r"four\(.*\) should take \(vocab_size, num_hiddens, device\), or no argument"):
        call_fitting(four, vocab_size=1, num_hiddens=2, device=3)


def test_a_type_error_inside_the_function_is_its_own():
    def function(vocab_size, num_hiddens, device):
        raise TypeError("mine")

    with pytest.raises(TypeError, match=r"^mine$"):
        call_fitting(function, vocab_size=1, num_hiddens=2, device=3)


def test_a_callable_without_a_signature_gets_everything_in_order():
    with pytest.raises(TypeError):
        call_fitting(int.from_bytes, a=1, b=2, c=3, d=4)
    assert call_fitting(max, a=1, b=5, c=3) == 5
