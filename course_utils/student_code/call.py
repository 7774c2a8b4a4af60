"""Calling a student's function: quietly, and with an error that names the student's line."""

from __future__ import annotations

import contextlib
import io
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import torch

from course_utils.student_code.failures.explain import explained
from course_utils.student_code.library_cells import LibraryCellUsed, refusing_calls
from course_utils.student_code.recognised import NOT_WRITTEN, RAISES
from course_utils.student_code.recorder import Recorder
from course_utils.translation import say


class ProbeError(Exception):
    """The student's function could not be used; the message says what was expected, what came, what to do."""


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Swallows prints and warnings: they harm nobody, and stock nbgrader gives zero for anything on stderr."""
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield


def default_device_is_cpu() -> contextlib.AbstractContextManager[object]:
    """Where tensors go that are made without a device, whatever `torch.set_default_device` says outside of it.

    The arguments of checks are on the CPU, and so must be what is made beside them.
    """
    try:
        is_cpu = torch.get_default_device().type == "cpu"
    except (AssertionError, RuntimeError):  # "cuda", where there is none
        is_cpu = False
    return contextlib.nullcontext() if is_cpu else torch.device("cpu")


def uncompiled() -> contextlib.AbstractContextManager[object]:
    """Where functions that `torch.compile` has wrapped run as they are written: a check calls with many shapes."""
    is_used = "torch._dynamo" in sys.modules  # importing it takes seconds
    return torch.compiler.set_stance("force_eager") if is_used else contextlib.nullcontext()


def call(function: Callable[..., Any], *arguments: Any) -> Any:
    """`function(*arguments)`, quietly.

    Raises ProbeError when the function raises or leaves Python, with the cause in the student's words and line, or when
    it uses a library cell.
    """
    return observed(function, *arguments)[0]


def observed(function: Callable[..., Any], *arguments: Any) -> tuple[Any, Recorder]:
    """What `call` returns, and what the function did: its writes into tensors, its draws of random numbers."""
    recorder = Recorder()
    try:
        with quiet(), default_device_is_cpu(), uncompiled(), refusing_calls(), recorder:
            return function(*arguments), recorder
    except (KeyboardInterrupt, ProbeError):  # the second: the function lives in another process, which says why
        raise
    except NotImplementedError as error:
        raise ProbeError(say(NOT_WRITTEN, what=RAISES)) from error
    except LibraryCellUsed as error:
        raise ProbeError(str(error)) from error
    except BaseException as error:  # SystemExit too: a check ends with a verdict, whatever a function does
        raise ProbeError(explained(error, recorder, arguments)) from error
