"""Calling a student's forward function with a case, and requiring the form of what it returns."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from course_utils.checks.cases import Case
from course_utils.checks.sizes import in_symbols, written_in
from course_utils.student_code.call import ProbeError, call
from course_utils.student_code.describe import Opaque
from course_utils.text import tidy

__all__ = ["ForwardResult", "ProbeError", "call", "forward", "tidy", "type_and_shape"]


@dataclass(frozen=True)
class ForwardResult:
    """What a forward function returned, after its types and shapes were found right."""

    outputs: list[Tensor]  # T x (B, V)
    state: tuple[Tensor, ...]  # each (B, H)
    seconds: float = 0.0  # what the call took

    def tensors(self) -> list[Tensor]:
        """Everything returned: the outputs, then the states."""
        return [*self.outputs, *self.state]


def forward(
    function: Callable[..., Any], case: Case, lists: tuple[list[Tensor], list[Tensor]] | None = None
) -> ForwardResult:
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
        raise ProbeError(f"expected the pair (outputs, state), got {type_and_shape(result)}")
    outputs, state = result
    if not (isinstance(outputs, list | tuple) and len(outputs) == len(case.inputs)):
        raise ProbeError(
            f"expected outputs as a list of T = {len(case.inputs)} matrices (B, V), got {type_and_shape(outputs)}"
        )
    if not (isinstance(state, tuple) and len(state) == len(case.state)):
        names = ", ".join(case.network.states)
        raise ProbeError(
            f"expected the state as a tuple of {len(case.state)} ({names}{',' if len(case.state) == 1 else ''}), "
            f"got {type_and_shape(state)}"
        )
    batch_size, vocab_size = case.inputs[0].shape
    for step, output in enumerate(outputs):
        _require_matrix(f"output of step {step + 1}", output, (batch_size, vocab_size), "(B, V)", case)
    for name, given, expected in zip(case.network.states, state, case.state, strict=True):
        _require_matrix(f"state {name}", given, tuple(expected.shape), "(B, H)", case)
    return ForwardResult(list(outputs), state, seconds)


def _with_sizes(message: str, function: Callable[..., Any], case: Case) -> str:
    """An error's message with the sizes of the call, and those that the function may have by heart."""
    if not message.startswith("your function raised"):
        return message
    lines = [in_symbols(message, case), f"called with {case.sizes}", written_in(function)]
    return "\n".join(filter(None, lines))


def _require_matrix(what: str, given: Any, shape: tuple[int, ...], symbols: str, case: Case) -> None:
    if not isinstance(given, Tensor) or tuple(given.shape) != shape:
        raise ProbeError(
            f"expected the {what} as {symbols} = {shape}, got {type_and_shape(given)}\n(called with {case.sizes})"
        )


def type_and_shape(value: Any) -> str:
    """A value's type and shape in a few words."""
    if isinstance(value, Tensor):
        return f"a tensor of shape {tuple(value.shape)}"
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} of {len(value)}"
    if value is None:
        return "None: is the return missing?"
    if isinstance(value, Opaque):
        return tidy(value.described)
    return f"a {type(value).__name__}"
