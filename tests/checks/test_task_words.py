"""Errors are told in the words of the task: contract names of parameters, what the equations have, sizes, layers."""

from __future__ import annotations

import torch

from course_utils.checks.cases import draw_case
from course_utils.checks.task_words import in_words_of_the_task, sizes_by_heart
from course_utils.equations import GRU, deep_rnn
from course_utils.student_code.failures.failure import IN_THE_ORDER

CASE = draw_case(GRU, 4, 3, 9, 7, torch.Generator().manual_seed(0))  # T, B, V, H
STACK = draw_case(deep_rnn(3), 4, 3, 9, 7, torch.Generator().manual_seed(0))
RAISED = "your function raised RuntimeError: no"


def told(*lines, case=CASE, function=len):
    return in_words_of_the_task("\n".join([*lines, RAISED]), function, case).splitlines()


def test_a_message_of_another_kind_stays_as_it_is():
    assert in_words_of_the_task("not written yet", len, CASE) == "not written yet"


def test_a_parameter_has_its_name_and_its_place_in_the_equations():
    lines = told("they do not fit", "W is params[1]")
    assert "W is the parameter W_hz: the equations have H_{t−1} W_hz, (B, H) times (H, H)" in lines


def test_a_bias_is_placed_in_its_equation():
    assert "b is the parameter b_r: the equations add it in R_t, (H,)" in told("they do not fit", "b is params[5]")


def test_a_parameter_under_its_own_name_is_only_placed():
    assert "the equations have X_t W_xz, (B, V) times (V, H)" in told("they do not fit", "W_xz is params[0]")


def test_those_under_another_name_come_first_and_two_are_told():
    lines = told("no fit", "W_xz is params[0]", "W_hz is params[1]", "b_z is params[5]")
    assert [line for line in lines if "equation" in line] == [
        "b_z is the parameter b_r: the equations add it in R_t, (H,)",
        "the equations have X_t W_xz, (B, V) times (V, H)",
    ]


def test_a_students_line_is_never_taken_for_ours():
    line = "in your line: W is params[1]"
    assert line in told(line)


def test_the_order_is_that_of_the_contract_and_of_a_stack_by_layers():
    assert f"{IN_THE_ORDER}: {' '.join(GRU.parameters)}" in told("params has 11 values", IN_THE_ORDER)
    lines = told("params has 11 values", IN_THE_ORDER, case=STACK)
    assert any(line.startswith("the list goes layer by layer, three for each") for line in lines)
    assert any("here L=3: take it from len(state)" in line for line in lines)


def test_the_sizes_of_the_call_come_last_with_the_layers_of_a_stack():
    assert told("no")[-1] == "called with T=4, B=3, V=9, H=7"
    assert told("no", case=STACK)[-1] == "called with T=4, B=3, V=9, H=7, L=3"


def by_heart(inputs, state, params):
    return inputs[0].reshape(-1, 1027) @ params[9]


def by_position(inputs, state, params):
    return [H @ params[9] + params[10] for H in state]


def test_a_size_in_a_call_is_told_and_a_position_is_not():
    assert sizes_by_heart("they do not fit", by_heart, CASE).startswith("it uses 1027, not from its arguments")
    assert sizes_by_heart("they do not fit", by_position, CASE) == ""


def test_sizes_are_only_spoken_of_where_shapes_do_not_fit():
    assert sizes_by_heart("name 'x' is not defined", by_heart, CASE) == ""
