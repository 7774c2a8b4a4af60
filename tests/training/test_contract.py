"""What a student's functions and models return is accepted, or the error names what came and what should have come."""

import pytest
import torch
from torch import nn

from course_utils.training.contract import (
    are_tensors,
    in_words,
    outputs_and_state,
    require_gradients,
    scores_and_state,
    trainable,
)

B, V, H, T = 3, 5, 2, 4
INPUTS = [torch.zeros(B, V) for _ in range(T)]  # T x (B, V)
OUTPUTS = [torch.ones(B, V) for _ in range(T)]  # T x (B, V)
STATE = (torch.zeros(B, H),)


@pytest.mark.parametrize("form", [list, tuple, iter, nn.ParameterList])
def test_parameters_in_any_collection_become_a_list_of_the_same_tensors(form):
    params = [nn.Parameter(torch.zeros(2)), nn.Parameter(torch.ones(1))]
    kept = trainable(form(params))
    assert isinstance(kept, list) and all(ours is theirs for ours, theirs in zip(kept, params, strict=True))


def test_no_parameters_are_refused():
    with pytest.raises(ValueError, match="returned no parameters"):
        trainable([])


@pytest.mark.parametrize(
    "param, problem",
    [
        (torch.zeros(2, 3), r"parameter 1 of 2, counted from 0, of shape \(2, 3\), does not require gradients"),
        (torch.zeros(2, requires_grad=True) * 2, r"of shape \(2,\), was computed from another"),
        ([1.0], "is a list of 1.*not a tensor"),
    ],
)
def test_the_first_parameter_that_cannot_be_trained_is_named(param, problem):
    with pytest.raises(ValueError, match=problem):
        trainable([torch.zeros(1, requires_grad=True), param])


def test_scores_without_a_gradient_are_refused():
    require_gradients(True)
    with pytest.raises(ValueError, match="nothing can be learnt"):
        require_gradients(False)


@pytest.mark.parametrize("form", [list, tuple])
def test_outputs_and_state_are_handed_back_as_they_came(form):
    outputs = form(OUTPUTS)
    kept, state = outputs_and_state((outputs, STATE), INPUTS, STATE)
    assert kept is outputs and state is STATE


@pytest.mark.parametrize(
    "returned",
    [None, OUTPUTS, [OUTPUTS, STATE], (OUTPUTS, STATE, 1), (OUTPUTS[1:], STATE), (torch.cat(OUTPUTS), STATE),
     ([output[:, 1:] for output in OUTPUTS], STATE), (OUTPUTS, STATE[0]), (OUTPUTS, ()), (OUTPUTS, (STATE[0].T,))],
)  # fmt: skip
def test_anything_else_that_an_rnn_returns_is_refused(returned):
    with pytest.raises(ValueError, match="rnn must return"):
        outputs_and_state(returned, INPUTS, STATE)


def test_scores_of_the_right_shape_are_handed_back_with_any_state():
    scores, state = torch.zeros(T * B, V), object()
    assert scores_and_state((scores, state), (T * B, V)) == (scores, state)


@pytest.mark.parametrize("returned", [None, (torch.zeros(T * B, V),), (torch.zeros(T, B, V), None), ([], None)])
def test_anything_else_that_a_model_returns_is_refused(returned):
    with pytest.raises(ValueError, match="The model must return"):
        scores_and_state(returned, (T * B, V))


@pytest.mark.parametrize("value, expected", [(STATE, True), ([], True), (STATE[0], False), ([1], False), (None, False)])
def test_only_lists_and_tuples_of_tensors_are_tensors(value, expected):
    assert are_tensors(value) is expected


@pytest.mark.parametrize(
    "value, words",
    [
        (None, "None"),
        (3.5, "a value of type float"),
        (torch.zeros(2, 3), "a tensor (2, 3)"),
        ([], "an empty list"),
        (OUTPUTS, "a list of 4: tensor (3, 5)"),
        ((torch.zeros(1), None, 1), "a tuple of 3: tensor (1,) / None / value of type int"),
        ([torch.zeros(size) for size in range(5)], "a list of 5: tensor (0,) / tensor (1,) / tensor (2,) / …"),
    ],
)
def test_a_value_is_described_in_a_few_words(value, words):
    assert in_words(value) == words
