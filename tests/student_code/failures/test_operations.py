"""Operations of torch that fail are told by their operands: products, sums, joins, dtypes, shapes, writes."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from .test_explain import explained


@pytest.mark.parametrize(
    "function, says",
    [
        (lambda inputs, state, params: inputs[0] @ inputs[0], "the element-wise product ⊙ is written *"),
        (lambda inputs, state, params: params[0] @ inputs[0], "the other way round they fit: inputs[0] @ params[0]"),
        (lambda inputs, state, params: torch.mm(state[0], params[0]), "state[0] @ params[0] is (B, H) times (V, H)"),
        (lambda inputs, state, params: state[0].matmul(params[0]), "state[0] @ params[0] is (B, H) times (V, H)"),
        (lambda inputs, state, params: torch.stack(inputs) @ params[1], "is (T, B, V) times (H, H)"),
        (lambda inputs, state, params: nn.functional.linear(inputs[0], params[0]), "its weight is (V, H)"),
        (lambda inputs, state, params: (state[0] + 1) @ params[0], "(state[0] + 1) @ params[0]"),
        (lambda inputs, state, params: state[0] @ torch.zeros(14, 9), "2H rows, one half for each direction"),
        (lambda inputs, state, params: torch.cat((state[0], state[0]), 1) @ params[1], "(B, 2H) times (H, H)"),
        (lambda inputs, state, params: inputs[0] @ torch.zeros(16, 7), "join what it reads side by side first"),
    ],
)
def test_a_product(function, says):
    assert says in "\n".join(explained(function))


@pytest.mark.parametrize(
    "function, says",
    [
        (lambda inputs, state, params: state[0] * params[1], "a matrix product is written @: state[0] @ params[1]"),
        (lambda inputs, state, params: inputs[0] + state[0], "inputs[0] + state[0] is (B, V) + (B, H)"),
        (lambda inputs, state, params: state[0] + state[0].T, "is a .T too many or missing?"),
        (lambda inputs, state, params: state[0] + torch.zeros(9), "is it the bias of another equation?"),
        (lambda inputs, state, params: state[0] - torch.zeros(4, 7), "different numbers of rows"),
    ],
)
def test_a_sum_or_an_element_wise_product(function, says):
    assert says in "\n".join(explained(function))


@pytest.mark.parametrize(
    "function, says",
    [
        (lambda inputs, state, params: torch.cat((inputs[0], state[0])), "(B, V) and (B, H) along dimension 0"),
        (lambda inputs, state, params: torch.stack((inputs[0], state[0])), "lays equal shapes over each other"),
        (lambda inputs, state, params: torch.cat([]), "the list is empty"),
        (lambda inputs, state, params: torch.cat((inputs[0], state), 1), "state is of type tuple"),
        (lambda inputs, state, params: torch.cat((params[0], state[0]), dim=1), "the same number of rows"),
    ],
)
def test_a_join(function, says):
    assert says in "\n".join(explained(function))


def test_dtypes_that_differ():
    lines = explained(lambda inputs, state, params: inputs[0].double() @ params[0])
    assert lines[0] == "inputs[0].double() is float64, params[0] is float32: the dtypes differ"


def test_a_shape_with_another_number_of_entries():
    assert explained(lambda inputs, state, params: state[0].view(-1, 256))[0] == (
        "state[0] is (B, H): view to (-1, 256) does not fit"
    )


def test_a_write_into_a_place_of_another_shape():
    def function(inputs, state, params):
        outputs = torch.zeros(len(inputs), 3, 7)
        outputs[1] = inputs[1]

    assert explained(function)[0] == "outputs[1] = … writes (B, V) into (B, H): they do not fit"
