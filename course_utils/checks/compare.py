"""When two results count as equal. The only place where tolerances are stated."""

from __future__ import annotations

import torch
from torch import Tensor

# Cases run at most 7 steps over matrices of at most 13 rows with values around 1: rounding in float32 stays below
# 2e-6 in any order of operations, and every edit moves some value by more than 1e-3 (tests/checks/test_cases.py).
# In float64 the same reasoning gives 1e-14 of rounding. The thresholds lie in between.
TOLERANCE = {torch.float32: 1e-4, torch.float64: 1e-9}


def largest_error(got: Tensor, expected: Tensor) -> float:
    """The largest absolute difference; infinite when anything is not a finite number."""
    difference = (got.detach().to("cpu", torch.float64) - expected.detach()).abs()
    return float(difference.max()) if bool(torch.isfinite(difference).all()) else float("inf")


def same(got: Tensor, expected: Tensor, dtype: torch.dtype = torch.float32) -> bool:
    """Whether `got` equals the float64 reference to the precision of `dtype`, relative to the reference's size."""
    scale = 1.0 + float(expected.detach().abs().max())
    return largest_error(got, expected) <= TOLERANCE[dtype] * scale


def same_call(got: Tensor, expected: Tensor) -> bool:
    """Whether two calls of one function gave the same values, nan included."""
    return torch.allclose(got.detach(), expected.detach(), rtol=1e-5, atol=1e-6, equal_nan=True)


def precision(got: Tensor) -> torch.dtype:
    """The dtype by whose tolerance an answer is judged: its own, if it is float64."""
    return torch.float64 if got.dtype == torch.float64 else torch.float32


def same_rows(got: Tensor, candidates: Tensor) -> Tensor:
    """Which of many candidates, (n, B, C) or one (B, C), equal `got` (B, C) in its precision: n truths, or one."""
    candidates = torch.atleast_2d(candidates)  # an edit may leave a bias alone, (C,)
    difference = (candidates - got.detach().double()).abs().flatten(-2).amax(-1)
    scale = 1.0 + candidates.abs().flatten(-2).amax(-1)
    return difference <= TOLERANCE[precision(got)] * scale


def equal_values(got: Tensor, expected: Tensor) -> bool:
    """Whether a result of a short function equals another of its shape: whole numbers must be exactly the same.

    What is not finite must be so in the same places: so a mistake that makes nan is known by it.
    """
    got, expected = got.detach().to("cpu"), expected.detach()
    if not expected.is_floating_point():
        return bool((got.double() == expected.double()).all())
    if not torch.equal(torch.isfinite(got), torch.isfinite(expected)):
        return False
    finite = torch.isfinite(expected)
    return same(got[finite], expected[finite].double()) if bool(finite.any()) else True
