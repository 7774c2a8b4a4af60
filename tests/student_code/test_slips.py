"""The sentence that helps, for what comes back in another form than the text asks for."""

from __future__ import annotations

import pytest
import torch

from course_utils.student_code.slips import about_a_shape, about_the_outputs, about_the_pair, about_the_state

T, B, V, H = 4, 3, 9, 7
INPUTS = [torch.zeros(B, V)] * T
ONE, TWO = ["H"], ["H", "C"]
KEPT: list = []


def keeps_its_list(inputs, state, params):
    KEPT.append(1)
    return KEPT, state


def leaves_early(inputs, state, params):
    for X in inputs:
        return [X], state


def right(inputs, state, params):
    return inputs, state


@pytest.mark.parametrize(
    "result, names, says",
    [
        ((1, 2, 3), TWO, "return outputs, (H, C)"),
        ([1, 2], ONE, "a list has brackets"),
        ([1, 2, 3], ONE, "return outputs, (H,)"),
        (torch.zeros(2), TWO, "return outputs, (H, C)"),
        (None, ONE, ""),
    ],
    ids=["three", "list of two", "outputs", "tensor", "nothing"],
)
def test_no_pair(result, names, says):
    assert says in about_the_pair(result, names)


@pytest.mark.parametrize(
    "outputs, function, says",
    [
        (torch.zeros(T * B, V), right, "without torch.cat"),
        (torch.zeros(T, B, V), right, "without torch.stack"),
        (torch.zeros(B, V), right, "one matrix (B, V) per step in a list"),
        ([1], leaves_early, "the return stands inside the loop"),
        ([1], right, "is outputs.append inside the loop"),
        ([1] * (T + 1), right, "before the loop"),
        ([1] * (2 * T), right, "made inside the function"),
        (KEPT, keeps_its_list, "made once, outside the function"),
        ([1] * (T - 1), right, "does the loop reach every input?"),
        (7, right, ""),
    ],
    ids=["cat", "stack", "last", "return", "append", "one more", "twice", "kept", "one less", "number"],
)
def test_no_list_of_all_steps(outputs, function, says):
    assert says in about_the_outputs(outputs, INPUTS, function)


@pytest.mark.parametrize(
    "state, names, says",
    [
        (torch.zeros(B, H), ONE, "(H) is H itself"),
        ([torch.zeros(B, H)], ONE, "(H,), or tuple(…)"),
        (torch.zeros(2, B, H), TWO, "(H, C), not one tensor"),
        ((1,) * T, ONE, "only the last state"),
        ((1, 2, 3), TWO, "hand on what init made: (H, C)"),
    ],
    ids=["bare", "list", "stacked", "every step", "three"],
)
def test_no_tuple_of_the_states(state, names, says):
    assert says in about_the_state(state, names, T)


@pytest.mark.parametrize(
    "shape, wanted, says",
    [
        ((V, B), (B, V), ".T too many"),
        ((B, H), (B, V), "the scores are H W_hq + b_q"),
        ((1, V), (B, V), "one row for the whole minibatch"),
        ((1, B, V), (B, V), "size 1 too many"),
        ((B, 1, V), (B, V), "size 1 too many"),
        ((V,), (B, V), "the rows of the minibatch are gone"),
        ((5, 6), (B, V), ""),
    ],
    ids=str,
)
def test_another_shape(shape, wanted, says):
    assert says in about_a_shape(torch.zeros(shape), wanted, (B, H))
    assert about_a_shape("text", wanted, (B, H)) == ""
