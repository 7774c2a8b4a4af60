"""Denormal numbers are zeros in training, in all threads, and nowhere else."""

import subprocess
import sys

import pytest
import torch

from course_utils.engine.cpu import are_zero, training_cpu
from course_utils.training.history import History
from course_utils.training.loop import train_epoch
from tests import small

PARTS = """
import torch
from course_utils.engine.cpu import training_cpu

torch.set_num_threads(2)
small = torch.full((1000, 1000), torch.finfo(torch.float32).tiny)  # large enough for both threads
def part_of_zeros():
    return (small / 2 == 0).double().mean().item()
parts = [part_of_zeros()]
with training_cpu():
    parts.append(part_of_zeros())
parts.append(part_of_zeros())
print(parts)
"""

pytestmark = pytest.mark.skipif(not torch.set_flush_denormal(False), reason="this CPU has no such switch")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no GOMP_parallel")
def test_all_threads_take_them_for_zeros_and_then_for_numbers():
    result = subprocess.run([sys.executable, "-c", PARTS], capture_output=True, text=True, check=True)
    assert result.stdout == "[0.0, 1.0, 0.0]\n"


def test_an_epoch_takes_them_for_zeros():
    class Looking:
        def start_epoch(self):
            pass

        def step(self, X, Y):
            seen.append(are_zero())
            return torch.zeros(())

    seen = []
    train_epoch(Looking(), iter([(small.CORPUS, small.CORPUS)] * 2), 1, History())
    assert seen == [True, True] and not are_zero()


def test_an_error_leaves_all_as_it_was():
    with pytest.raises(KeyError), training_cpu():
        raise KeyError
    assert not are_zero()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_who_has_chosen_zeros_keeps_them(dtype):
    torch.set_flush_denormal(True)
    torch.set_default_dtype(dtype)
    try:
        with training_cpu():
            pass
        assert are_zero()
    finally:
        torch.set_default_dtype(torch.float32)
        torch.set_flush_denormal(False)
