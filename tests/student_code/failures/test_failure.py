"""What is known of an error: the operands as they are written, with their values, and which are parameters."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from course_utils.student_code.failures.failure import Failure
from course_utils.student_code.frames import failing_line
from course_utils.student_code.letters import Letters
from course_utils.student_code.recorder import Recorder

ARGUMENTS = [torch.zeros(3, 9)] * 4, (torch.zeros(3, 7),), [torch.zeros(9, 7), torch.zeros(7, 7)]


def failure_of(function):
    with Recorder() as recorder, pytest.raises(RuntimeError) as caught:
        function(*ARGUMENTS)
    letters = Letters.of_call(ARGUMENTS)
    return Failure(caught.value, str(caught.value), failing_line(caught.value), recorder, letters, ARGUMENTS)


@pytest.mark.parametrize(
    "function, texts",
    [
        (lambda inputs, state, params: state[0] @ params[0], ["state[0]", "params[0]"]),
        (lambda inputs, state, params: torch.matmul(state[0], params[0]), ["state[0]", "params[0]"]),
        (lambda inputs, state, params: state[0].mm(params[0]), ["state[0]", "params[0]"]),
        (lambda inputs, state, params: torch.cat((state[0], inputs[0])), ["state[0]", "inputs[0]"]),
    ],
)
def test_operands_are_known_as_they_are_written(function, texts):
    assert [operand.text for operand in failure_of(function).operands] == texts


def test_operands_have_their_values():
    operands = failure_of(lambda inputs, state, params: state[0] @ params[0]).operands
    assert operands[0].value is ARGUMENTS[1][0] and operands[1].shape == (9, 7)


def test_parameters_are_known_by_their_place_whatever_they_are_called():
    def function(inputs, state, params):
        W, U = params
        return inputs[0] @ U + state[0] @ W

    assert failure_of(function).parameters() == ["U is params[1]"]


def test_without_pythons_positions_the_expression_is_found_by_its_operands():
    found = failure_of(lambda inputs, state, params: inputs[0] @ params[0] + state[0] @ params[0] + params[1])
    without = replace(found, failing=replace(found.failing, node=None))
    assert [operand.text for operand in without.operands] == ["state[0]", "params[0]"]


def test_the_operation_is_named_without_underscores():
    assert failure_of(lambda inputs, state, params: inputs[0] + state[0]).operation == "add"
