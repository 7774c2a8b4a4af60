"""Numbers nearer to zero than 1e-38, the denormal ones, are zeros while a model is trained.

Gradients that vanish come to them, and a CPU may take 60 times as long for a product of such numbers
(docs/performance.md). To a sum with any other number they make no difference.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def denormals_are_zero() -> Iterator[None]:
    """Sees to it in this thread and in those that torch computes with, and leaves all as it was."""
    before = are_zero()
    try:
        _set(True)
        yield
    finally:
        _set(before)


def are_zero() -> bool:
    """Whether this thread takes them for zeros."""
    smallest = torch.tensor(torch.finfo(torch.float32).tiny, dtype=torch.float32, device="cpu")
    return (smallest / 2).item() == 0


def _set(are_zeros: bool) -> None:
    if torch.set_flush_denormal(are_zeros) and torch.get_num_threads() > 1:
        _tell_all_threads()


def _tell_all_threads() -> None:
    """Gives the threads of torch's pool this one's way with numbers, which torch has no call for.

    A thread's way is C's `fenv_t`, and what runs a C function in each of the pool is GNU's `GOMP_parallel`. Where there
    is none (macOS, Windows), the pool goes on as it was, and is slower.
    """
    try:
        library = ctypes.CDLL(torch._C.__file__)  # and the libraries that it is linked with
        run_in_all, get, put = library.GOMP_parallel, library.fegetenv, library.fesetenv
    except (AttributeError, OSError):
        return
    environment = ctypes.create_string_buffer(256)  # larger than any fenv_t
    get(environment)
    run_in_all(put, environment, ctypes.c_uint(torch.get_num_threads()), ctypes.c_uint(0))


def keep_freed_memory() -> None:
    """Lets the C library keep the memory of one minibatch for the next, which saves a few percent of the time.

    It gives memory back to the system when more is free than twice the largest block of up to 32 MiB that ever was.
    """
    torch.empty(31 * 2**20, dtype=torch.uint8, device="cpu")  # whatever the default device is
