"""The initial state is a tuple of zero matrices (B, H), in float32, where it is asked for."""

from __future__ import annotations

import pytest
import torch

from course_utils.checks.state import examine_state
from course_utils.equations import GRU, LSTM


def init_state(batch_size, num_hiddens, device):
    return (torch.zeros(batch_size, num_hiddens, device=device),)


def found(function, network=GRU):
    criteria, _ = examine_state(function, [network] * 3, seed=0)
    return " ".join(criterion.message for criterion in criteria)


def test_a_right_state_is_accepted():
    assert found(init_state).strip() == ""
    assert found(lambda b, h, device: init_state(b, h, device) * 2, LSTM).strip() == ""


@pytest.mark.parametrize(
    "function, says",
    [
        (lambda b, h, device: torch.zeros(b, h), "a tuple of one is written (H,)"),
        (lambda b, h, device: [torch.zeros(b, h)], "expected the tuple (H,), got a list of 1"),
        (lambda b, h, device: (torch.zeros(h, b),), "expected H of shape (B, H) = "),
        (lambda b, h, device: (torch.ones(b, h, device=device),), "expected H to be zero everywhere"),
        (lambda b, h, device: (torch.zeros(b, h, dtype=torch.float64, device=device),), "expected H in float32"),
        (lambda b, h, device: (torch.zeros(b, h),), "not made on the device that is asked for"),
    ],
    ids=["no tuple", "list", "turned", "ones", "float64", "device"],
)
def test_a_wrong_state_is_named(function, says):
    assert says in found(function)


def test_the_place_alone_costs_a_third_and_not_everything():
    criteria, _ = examine_state(lambda b, h, device: (torch.zeros(b, h),), [GRU] * 3, seed=0)
    assert [criterion.required for criterion in criteria if not criterion.passed] == [False]
