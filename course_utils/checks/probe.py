"""Calling a student's forward function with a case, and requiring the form of what it returns."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from course_utils.checks.cases import Case
from course_utils.checks.task_words import in_words_of_the_task
from course_utils.equations.evaluate import withheld
from course_utils.student_code import call as calling
from course_utils.student_code.call import ProbeError
from course_utils.student_code.describe import Opaque
from course_utils.student_code.library_cells import ReferenceUsed
from course_utils.student_code.recorder import Recorder, Write
from course_utils.student_code.slips import about_a_shape, about_the_outputs, about_the_pair, about_the_state
from course_utils.text import tidy
from course_utils.translation import say, to_say

__all__ = ["ForwardResult", "ProbeError", "call", "forward", "tidy", "type_and_shape"]


@dataclass(frozen=True)
class ForwardResult:
    """What a forward function returned, after its types and shapes were found right."""

    outputs: list[Tensor]  # T x (B, V)
    state: tuple[Tensor, ...]  # each (B, H)
    seconds: float = 0.0  # what the call took
    writes: tuple[Write, ...] = ()  # into tensors, while it ran
    draws: str = ""  # what drew random numbers

    def tensors(self) -> list[Tensor]:
        """Everything returned: the outputs, then the states."""
        return [*self.outputs, *self.state]

    def to(self, dtype: torch.dtype) -> ForwardResult:
        """The same values in another dtype."""
        outputs, state = [output.to(dtype) for output in self.outputs], tuple(part.to(dtype) for part in self.state)
        return ForwardResult(outputs, state, self.seconds, self.writes, self.draws)


_is_alone = False


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """While it lasts, a function that is called cannot let the course's own equations compute its answer.

    That is for a check in a notebook. When a submission is graded, the equations are not there at all.
    """
    global _is_alone
    _is_alone = True
    try:
        yield
    finally:
        _is_alone = False


def call(function: Callable[..., Any], *arguments: Any) -> Any:
    """`function(*arguments)`, quietly. Raises ProbeError."""
    return observed(function, *arguments)[0]


def observed(function: Callable[..., Any], *arguments: Any) -> tuple[Any, Recorder]:
    """What `call` returns, and what the function did. Raises ProbeError."""
    with withheld(ReferenceUsed("evaluate")) if _is_alone else contextlib.nullcontext():
        return calling.observed(function, *arguments)


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
        result, recorder = observed(function, inputs, case.state, parameters)
    except ProbeError as error:
        raise ProbeError(in_words_of_the_task(str(error), function, case)) from error
    seconds = time.perf_counter() - started
    outputs, state = _pair(result, function, case)
    batch_size, vocab_size = case.inputs[0].shape
    for step, output in enumerate(outputs):
        _require_matrix((_OUTPUT, step + 1), output, (batch_size, vocab_size), "(B, V)", case)
    for name, given, expected in zip(case.network.states, state, case.state, strict=True):
        _require_matrix((_STATE, name), given, tuple(expected.shape), "(B, H)", case)
    return ForwardResult(list(outputs), state, seconds, tuple(recorder.writes), recorder.draws)


def _pair(result: Any, function: Callable[..., Any], case: Case) -> tuple[Any, Any]:
    if not (isinstance(result, tuple) and len(result) == 2):
        raise _wrong_form(
            say("expected the pair (outputs, state), got {what}", what=type_and_shape(result)),
            about_the_pair(result, list(case.network.states)),
        )
    outputs, state = result
    if not (isinstance(outputs, list | tuple) and len(outputs) == len(case.inputs)):
        form = to_say("expected outputs as a list of T = {steps} matrices (B, V), got {what}")
        expected = say(form, steps=len(case.inputs), what=type_and_shape(outputs))
        raise _wrong_form(expected, about_the_outputs(outputs, case.inputs, function))
    if not (isinstance(state, tuple) and len(state) == len(case.state)):
        names = ", ".join(case.network.states) + ("," if len(case.state) == 1 else "")
        form = to_say("expected the state as a tuple of {count} ({names}), got {what}")
        expected = say(form, count=len(case.state), names=names, what=type_and_shape(state))
        raise _wrong_form(expected, about_the_state(state, list(case.network.states), len(case.inputs)))
    return outputs, state


def _wrong_form(expected: str, advice: str) -> ProbeError:
    return ProbeError("\n".join(filter(None, (expected, advice))))


_OUTPUT = to_say("expected the output of step {name} as {symbols} = {shape}, got {what}")
_STATE = to_say("expected the state {name} as {symbols} = {shape}, got {what}")


def _require_matrix(of: tuple[str, object], given: Any, shape: tuple[int, ...], symbols: str, case: Case) -> None:
    if not isinstance(given, Tensor) or tuple(given.shape) != shape:
        form, name = of
        expected = say(form, name=name, symbols=symbols, shape=shape, what=type_and_shape(given))
        called = say("(called with {sizes})", sizes=case.sizes)
        raise _wrong_form(f"{expected}\n{called}", about_a_shape(given, shape, tuple(case.state[0].shape)))


def type_and_shape(value: Any) -> str:
    """A value's type and shape in a few words."""
    if isinstance(value, Tensor):
        return say("a tensor of shape {shape}", shape=tuple(value.shape))
    if value is None:
        return say("None: is the return missing?")
    if isinstance(value, Opaque):
        name, count, shape = tidy(value.kind), value.count, value.shape
        if shape is not None:
            return say("a tensor of shape {shape} in {dtype}", shape=tidy(str(shape)), dtype=name)
    else:
        name, count = type(value).__name__, len(value) if isinstance(value, list | tuple) else None
    if count is not None:
        return say("a {kind} of {count}", kind=name, count=count)
    is_spoken_with_a_vowel = name.lower().startswith(("a", "e", "i", "o", "u", "ndarray"))
    return say("an {kind}", kind=name) if is_spoken_with_a_vowel else say("a {kind}", kind=name)
