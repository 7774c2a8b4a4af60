"""How the CPU trains: denormal numbers are zeros.

Gradients that vanish become denormal, nearer to zero than 1e-38, and a CPU may take 60 times as long for a product of
such numbers (docs/performance.md). To a sum with any other number they make no difference.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from course_utils.engine.torch_private import LIBRARY


@contextmanager
def training_cpu() -> Iterator[None]:
    """Denormal numbers are zeros meanwhile, in this thread and those that torch computes with."""
    before = are_zero()
    try:
        _set(True)
        yield
    finally:
        _set(before)


def are_zero() -> bool:
    """Whether this thread takes denormal numbers for zeros."""
    smallest = torch.tensor(torch.finfo(torch.float32).tiny, dtype=torch.float32, device="cpu")  # ()
    return (smallest / 2).item() == 0


def _set(are_zeros: bool) -> None:
    if torch.set_flush_denormal(are_zeros) and torch.get_num_threads() > 1:
        _set_in_all_threads()


def _set_in_all_threads() -> None:
    """Gives the threads of torch's pool this thread's floating-point settings, for which torch has no call.

    A thread's settings are C's `fenv_t`, and GNU's `GOMP_parallel` runs a C function in each thread of the pool. Where
    there is none (macOS, Windows), the pool goes on as it was, and is slower.
    """
    try:
        library = ctypes.CDLL(LIBRARY)  # and the libraries that it is linked with
        run_in_all, get, put = library.GOMP_parallel, library.fegetenv, library.fesetenv
    except (AttributeError, OSError):
        return
    environment = ctypes.create_string_buffer(256)  # larger than any fenv_t
    get(environment)
    run_in_all(put, environment, ctypes.c_uint(torch.get_num_threads()), ctypes.c_uint(0))
