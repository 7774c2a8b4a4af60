"""Two results are the same up to rounding, and nothing that is not a number equals anything."""

from __future__ import annotations

import pytest
import torch

from course_utils.checks.compare import TOLERANCE, largest_error, same, same_rows

EXPECTED = torch.tensor([[1.0, -2.0], [0.5, 0.0]], dtype=torch.float64)
dtypes = pytest.mark.parametrize("dtype", TOLERANCE, ids=str)


@dtypes
def test_equal_tensors_are_the_same(dtype):
    assert same(EXPECTED.clone(), EXPECTED, dtype)


@dtypes
def test_a_difference_within_the_tolerance_is_none(dtype):
    assert same(EXPECTED + 0.9 * TOLERANCE[dtype] * 3, EXPECTED, dtype)  # 3: one more than the largest value


@dtypes
@pytest.mark.parametrize("sign", [-1, 1])
def test_a_difference_beyond_the_tolerance_in_one_place_is_one(dtype, sign):
    other = EXPECTED.clone()
    other[1, 0] += sign * 1.1 * TOLERANCE[dtype] * 3
    assert not same(other, EXPECTED, dtype)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_not_a_finite_number_is_never_the_same(value):
    other = EXPECTED.clone()
    other[0, 0] = value
    assert largest_error(other, EXPECTED) == float("inf")
    assert not same(other, EXPECTED)


def test_a_tensor_that_carries_gradients_can_be_compared():
    assert same(EXPECTED.float().requires_grad_(), EXPECTED.clone().requires_grad_())


def test_each_of_many_candidates_is_judged_by_itself():
    candidates = torch.stack([EXPECTED, EXPECTED + 1, EXPECTED])
    assert same_rows(EXPECTED.float(), candidates).tolist() == [True, False, True]


def test_a_candidate_with_nan_is_not_the_same():
    assert same_rows(EXPECTED, torch.full((1, 2, 2), float("nan"), dtype=torch.float64)).tolist() == [False]
