"""Calling a student's function: quietly, with fresh arguments, and with an error that names the student's line."""

from __future__ import annotations

import contextlib
import io
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from course_utils.checks.cases import Case
from course_utils.checks.library_cells import LibraryCellUsed, refusing_calls
from course_utils.checks.sizes import in_symbols, written_in


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


def call(function: Callable[..., Any], *arguments: Any) -> Any:
    """`function(*arguments)`, quietly.

    Raises ProbeError when the function raises or leaves Python, with the student's line, or uses a library cell.
    """
    try:
        with quiet(), refusing_calls():
            return function(*arguments)
    except KeyboardInterrupt:
        raise
    except NotImplementedError as error:
        raise ProbeError("not written yet: the cell still raises NotImplementedError") from error
    except LibraryCellUsed as error:
        raise ProbeError(str(error)) from error
    except BaseException as error:  # SystemExit too: a check ends with a verdict, whatever a function does
        raise ProbeError(_where_it_failed(function, error)) from error


def _where_it_failed(function: Callable[..., Any], error: BaseException) -> str:
    try:
        message = str(error).strip().partition("\n")[0]
    except Exception:
        message = "(its message cannot be read)"
    what = f"your function raised {type(error).__name__}: {tidy(message)}".rstrip(": ")
    own_file = getattr(getattr(function, "__code__", None), "co_filename", None)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == own_file]
    return f"{what}\nin your line: {tidy(frames[-1].line)}" if frames and frames[-1].line else what


def tidy(text: str, width: int = 200) -> str:
    """What a student's code produced, fit to be shown: no control characters, and not longer than `width`."""
    shown = "".join(character if character.isprintable() else " " for character in text[: 4 * width])
    return shown if len(shown) <= width else shown[: width - 1] + "…"


@dataclass(frozen=True)
class Answer:
    """What a forward function returned, after its types and shapes were found right."""

    outputs: list[Tensor]  # T x (B, V)
    state: tuple[Tensor, ...]  # each (B, H)
    seconds: float = 0.0  # what the call took

    def tensors(self) -> list[Tensor]:
        return [*self.outputs, *self.state]


def forward(function: Callable[..., Any], case: Case, lists: tuple[list[Tensor], list[Tensor]] | None = None) -> Answer:
    """Calls `function(inputs, state, parameters)` and checks the form of what it returns.

    lists: the very lists of inputs and parameters to hand over, when the caller wants to see them afterwards.
    Raises ProbeError naming what was expected and what came.
    """
    inputs, parameters = lists or (list(case.inputs), list(case.parameters))
    started = time.perf_counter()
    try:
        result = call(function, inputs, case.state, parameters)
    except ProbeError as error:
        raise ProbeError(_with_sizes(str(error), function, case)) from error
    seconds = time.perf_counter() - started
    if not (isinstance(result, tuple) and len(result) == 2):
        raise ProbeError(f"expected the pair (outputs, state), got {describe(result)}")
    outputs, state = result
    if not (isinstance(outputs, list | tuple) and len(outputs) == len(case.inputs)):
        raise ProbeError(
            f"expected outputs as a list of T = {len(case.inputs)} matrices (B, V), got {describe(outputs)}"
        )
    if not (isinstance(state, tuple) and len(state) == len(case.state)):
        names = ", ".join(case.network.states)
        raise ProbeError(
            f"expected the state as a tuple of {len(case.state)} ({names}{',' if len(case.state) == 1 else ''}), "
            f"got {describe(state)}"
        )
    batch_size, vocab_size = case.inputs[0].shape
    for step, output in enumerate(outputs):
        _require_matrix(f"output of step {step + 1}", output, (batch_size, vocab_size), "(B, V)", case)
    for name, given, expected in zip(case.network.states, state, case.state, strict=True):
        _require_matrix(f"state {name}", given, tuple(expected.shape), "(B, H)", case)
    return Answer(list(outputs), state, seconds)


def _with_sizes(message: str, function: Callable[..., Any], case: Case) -> str:
    """An error's message with the sizes of the call, and those that the function may have by heart."""
    if not message.startswith("your function raised"):
        return message
    lines = [in_symbols(message, case), f"called with {case.sizes}", written_in(function)]
    return "\n".join(filter(None, lines))


def _require_matrix(what: str, given: Any, shape: tuple[int, ...], symbols: str, case: Case) -> None:
    if not isinstance(given, Tensor) or tuple(given.shape) != shape:
        raise ProbeError(
            f"expected the {what} as {symbols} = {shape}, got {describe(given)}\n(called with {case.sizes})"
        )


def describe(value: Any) -> str:
    """A value's type and shape in a few words."""
    if isinstance(value, Tensor):
        return f"a tensor of shape {tuple(value.shape)}"
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} of {len(value)}"
    if value is None:
        return "None: is the return missing?"
    return f"a {type(value).__name__}"
