"""A forward function's result has a form, and whatever lacks it is named with what was expected."""

from __future__ import annotations

import pytest
import torch

from course_utils.checks.cases import draw_cases
from course_utils.checks.probe import ProbeError, alone, forward, type_and_shape
from course_utils.equations import GRU, evaluate
from course_utils.student_code.describe import Opaque

from .answers.gru_forward_right import as_the_equations_say as right

CASE = draw_cases([GRU] * 3, seed=0)[0].to(torch.float32)


def test_a_right_result_comes_back_in_its_parts():
    result = forward(right, CASE)
    assert [tensor.shape for tensor in result.outputs] == [X.shape for X in CASE.inputs]
    assert len(result.state) == 1 and result.seconds > 0
    assert result.tensors() == [*result.outputs, *result.state]


@pytest.mark.parametrize(
    "change, says",
    [
        (lambda outputs, state: outputs, "expected the pair (outputs, state), got a list of"),
        (lambda outputs, state: None, "None: is the return missing?"),
        (lambda outputs, state: (outputs[:1], state), "expected outputs as a list of T = "),
        (lambda outputs, state: (outputs, state[0]), "expected the state as a tuple of 1 (H,), got a tensor of shape"),
        (lambda outputs, state: (outputs, state * 2), "expected the state as a tuple of 1 (H,), got a tuple of 2"),
        (lambda outputs, state: (outputs, (state[0].T,)), "expected the state H as (B, H) = "),
        (lambda outputs, state: ([Y.T for Y in outputs], state), "expected the output of step 1 as (B, V) = "),
        (lambda outputs, state: ([3.0] * len(outputs), state), "expected the output of step 1 as (B, V) = "),
    ],
    ids=["no pair", "nothing", "too few", "bare state", "two states", "state turned", "outputs turned", "numbers"],
)
def test_a_result_of_another_form_is_named(change, says):
    with pytest.raises(ProbeError) as error:
        forward(lambda inputs, state, params: change(*right(inputs, state, params)), CASE)
    assert says in str(error.value)


def test_an_error_comes_with_the_sizes_of_the_call():
    def gru(inputs, state, params):
        return inputs[0] @ inputs[0]

    with pytest.raises(ProbeError, match=f"called with {CASE.sizes}"):
        forward(gru, CASE)


def test_the_caller_may_keep_the_lists_that_it_hands_over():
    lists = list(CASE.inputs), list(CASE.parameters)
    forward(lambda inputs, state, params: (inputs.append(0), right(inputs[:-1], state, params))[1], CASE, lists)
    assert len(lists[0]) == len(CASE.inputs) + 1


@pytest.mark.parametrize(
    "value, words",
    [
        (torch.zeros(2, 3), "a tensor of shape (2, 3)"),
        ([1, 2], "a list of 2"),
        ((), "a tuple of 0"),
        (3, "an int"),
        (Opaque("ndarray"), "an ndarray"),
        (Opaque("dict", 3000), "a dict of 3000"),
        (Opaque("complex64", shape=(2,)), "a tensor of shape (2,) in complex64"),
    ],
    ids=["tensor", "list", "tuple", "number", "not sent", "large", "a dtype that is not sent"],
)
def test_a_value_is_described_by_type_and_shape(value, words):
    assert type_and_shape(value) == words


def test_a_function_that_is_left_alone_cannot_let_the_courses_equations_answer():
    def borrowed(inputs, state, params):
        return evaluate(CASE.network, inputs, state, params)

    with alone(), pytest.raises(ProbeError, match="evaluate is the course's own and no answer"):
        forward(borrowed, CASE)
    assert len(forward(borrowed, CASE).outputs) == len(CASE.inputs)
