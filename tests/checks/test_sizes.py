"""Shapes in messages are read in the letters of the task; sizes that a function should not know are named."""

from __future__ import annotations

import torch

from course_utils.checks.cases import draw_case
from course_utils.checks.sizes import in_symbols, written_in
from course_utils.equations import RNN

CASE = draw_case(RNN, 4, 3, 9, 7, torch.Generator().manual_seed(0))  # T, B, V, H


def test_a_product_that_fails_is_named_in_letters():
    message = "mat1 and mat2 shapes cannot be multiplied (3x14 and 7x9)"
    assert in_symbols(message, CASE) == f"{message}\nthat is (B, 2H) times (H, V)"


def test_a_size_that_is_none_of_the_case_stays_a_number():
    assert in_symbols("(3x5 and 7x9)", CASE).endswith("that is (B, 5) times (H, V)")


def test_another_message_stays_as_it_is():
    assert in_symbols("something else", CASE) == "something else"


def test_a_number_read_from_outside_is_named():
    num_hiddens = 256
    assert num_hiddens  # read here, so that it is no cell variable of the function below

    def function(inputs, state, params):
        return inputs[0].reshape(1027)

    assert "1027" in written_in(function)


def test_a_function_without_numbers_has_nothing_by_heart():
    assert written_in(lambda inputs, state, params: inputs) == ""
