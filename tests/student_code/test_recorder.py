"""The recorder notes which operation of torch raised, and each write into a tensor with its line."""

from __future__ import annotations

import pytest
import torch

from course_utils.student_code.recorder import Recorder


def test_the_operation_that_raised_is_noted_with_its_operands():
    X, W = torch.zeros(2, 3), torch.zeros(4, 5)
    with Recorder() as recorder, pytest.raises(RuntimeError) as caught:
        torch.tanh(X + 1) @ W
    assert recorder.failed.strip("_") in ("matmul", "rmatmul") and recorder.caused(caught.value)
    assert recorder.arguments[1] is W


def test_another_error_is_not_the_one_that_was_noted():
    with Recorder() as recorder, pytest.raises(RuntimeError):
        torch.zeros(2) @ torch.zeros(3)
    assert not recorder.caused(RuntimeError())


def test_writes_are_noted_with_line_shape_and_version():
    H = torch.zeros(3, 2)
    with Recorder() as recorder:
        H[1] = torch.ones(2)
        H += 1
        H.mul_(2)
        H = H + 1
    assert [write.line for write in recorder.writes] == ["H[1] = torch.ones(2)", "H += 1", "H.mul_(2)"]
    assert [write.version for write in recorder.writes] == [1, 2, 3]
    assert {write.shape for write in recorder.writes} == {(3, 2)}


def test_what_draws_random_numbers_is_noted():
    with Recorder() as recorder:
        torch.nn.functional.dropout(torch.ones(3)) + torch.rand(3)
    assert recorder.draws == "dropout"


def test_what_only_sets_a_mark_is_no_write():
    with Recorder() as recorder:
        torch.zeros(2).requires_grad_()
    assert recorder.writes == []
