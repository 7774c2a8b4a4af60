"""Sizes become letters where they stand for one thing only."""

from __future__ import annotations

import pytest
import torch

from course_utils.student_code.letters import Letters, Numbers


@pytest.mark.parametrize(
    "shape, written",
    [((3, 7), "(B, H)"), ((9,), "(V,)"), ((14, 9), "(2H, V)"), ((12, 9), "(T*B, V)"), ((3, 16), "(B, V+H)"),
     ((3, 100), "(B, 100)"), ((), "()"), ((6, 7), "(2B, H)"), ((5, 3, 7), "(T+1, B, H)")],
    ids=str,
)  # fmt: skip
def test_a_shape_is_written_as_in_the_text(shape, written):
    assert Letters(steps=4, batch_size=3, vocab_size=9, num_hiddens=7).shape(shape) == written


def test_a_size_that_may_be_two_things_stays_a_number():
    letters = Letters(steps=4, batch_size=8, vocab_size=9, num_hiddens=8)
    assert letters.shape((8, 9)) == "(8, V)"


def test_one_row_is_no_letter():
    assert Letters(steps=4, batch_size=1, vocab_size=9, num_hiddens=8).shape((1, 8)) == "(1, H)"


def test_the_letters_of_a_call_are_read_from_its_arguments():
    letters = Letters.of_call(([torch.zeros(3, 9)] * 4, (torch.zeros(3, 7),), []))
    assert letters is not None and letters.shape((3, 7, 9, 4)) == "(B, H, V, T)"


@pytest.mark.parametrize("arguments", [(), (1, 2), ([], ()), ([torch.zeros(3)], (torch.zeros(3, 7),)), ([1], [2])])
def test_a_call_of_another_kind_has_none(arguments):
    assert Letters.of_call(arguments) is None
    assert Numbers().shape((3, 7)) == "(3, 7)"
