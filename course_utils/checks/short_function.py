"""Examines a function of a few lines: its values against a reference's, and the mistake whose values they are.

Such a function is data: a reference, what it is called with, and its named mistakes, each a wrong implementation with
the sentence that says what it does instead. Its name and its arguments are the reference's own.
"""

from __future__ import annotations

import ast
import contextlib
import inspect
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy
import torch
from torch import Tensor

from course_utils.checks.compare import equal_values, largest_error
from course_utils.checks.parameters import require_arguments
from course_utils.checks.probe import ProbeError, call, tidy, type_and_shape
from course_utils.checks.verdict import Criterion
from course_utils.student_code.describe import source_of
from course_utils.student_code.recognised import NOT_WRITTEN
from course_utils.translation import say, to_say

Arguments = tuple[Any, ...]
VALUES, UNCHANGED = to_say("the values"), to_say("the arguments are unchanged")
CHANGED = to_say("an argument is changed in place: the caller may still need it. Compute a new tensor instead")
FEW = 6  # numbers that a message quotes


@dataclass(frozen=True)
class Wrong:
    """A mistake: a sentence on what the student's function does, and a function that does it."""

    sentence: str
    function: Callable[..., Any]


@dataclass(frozen=True)
class ShortFunction:
    """What is asked of a function of a few lines.

    name: of the task; reference: the right function, called with float64 tensors; cases: the calls, drawn from a
    generator, whose floating-point values float32 can hold. wrong: the likeliest mistake first.
    """

    name: str
    reference: Callable[..., Any]
    cases: Callable[[torch.Generator], Sequence[Arguments]]
    wrong: tuple[Wrong, ...] = ()

    @property
    def function(self) -> str:
        """The name of the student's function."""
        return self.reference.__name__

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of its arguments."""
        return tuple(inspect.signature(self.reference).parameters)

    def examine_exercise(self, function: Callable[..., Any], networks: Any, seed: int) -> tuple[list[Criterion], tuple]:
        """The one criterion of an exercise. An argument that was changed in place is worth a remark."""
        problem, changed = self.problem(function, seed)
        return [Criterion(VALUES, 1, not problem, problem, remark=say(CHANGED) if changed and not problem else "")], ()

    def examine_graded(self, function: Callable[..., Any], networks: Any, seed: int) -> tuple[list[Criterion], tuple]:
        """The criteria of a graded task."""
        problem, changed = self.problem(function, seed)
        unchanged = problem if problem and not changed else say(CHANGED) if changed else ""
        return [
            Criterion(VALUES, 3, not problem, problem, required=True),
            Criterion(UNCHANGED, 1, not unchanged, unchanged),
        ], ()

    def problem(self, function: Callable[..., Any], seed: int) -> tuple[str, bool]:
        """What is wrong with the values, "" when nothing is, and whether an argument was changed."""
        try:
            require_arguments(function, self.arguments)
            calls = [asked(function, case) for case in self.cases(torch.Generator().manual_seed(seed))]
        except ProbeError as error:
            return str(error), False
        changed = any(answered.changed for answered in calls)
        if any(answered.result is None or answered.result is ... for answered in calls):
            return nothing_returned(function, self.function), changed
        for answered in calls:
            difference = departure(answered.result, self.reference(*as_doubles(answered.arguments)))
            if difference:
                shown = f"{self.function}({', '.join(map(written, answered.arguments))})"
                called = say("called as {call}", call=tidy(shown, 300))
                return explained(calls, self.wrong) or f"{difference}\n{called}", changed
        return "", changed


def drawn(generator: torch.Generator, *shape: int) -> Tensor:
    """Numbers around 1 in size, which float32 can hold."""
    return torch.randn(shape, generator=generator).double()


def share(generator: torch.Generator, *shape: int) -> Tensor:
    """Numbers between 0.1 and 0.9, as gates and probabilities are."""
    return (0.1 + 0.8 * torch.rand(shape, generator=generator)).double()


@dataclass(frozen=True)
class Answered:
    """A call's arguments as they were, what came back, and whether the call changed an argument."""

    arguments: Arguments
    result: Any
    changed: bool


def asked(function: Callable[..., Any], case: Arguments) -> Answered:
    """One call, with float32 tensors of its own. Raises ProbeError."""
    handed, before = converted(case, torch.float32), converted(case, torch.float32)
    result = call(function, *handed)
    return Answered(case, result, not _identical(handed, before))


def _identical(one: Any, other: Any) -> bool:
    if isinstance(other, Tensor):
        return isinstance(one, Tensor) and torch.equal(one, other)
    if isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_identical, one, other))
    return type(one) is type(other) and bool(one == other)


def results_as_they_are(function: Callable[..., Any]) -> contextlib.AbstractContextManager[object]:
    """Where to call a function that may live in another process, so that leaves among its results stay leaves."""
    is_elsewhere = getattr(function, "source_elsewhere", None) is not None
    return torch.no_grad() if is_elsewhere else contextlib.nullcontext()


def nothing_returned(function: Callable[..., Any], name: str) -> str:
    """What to say of a function that returns None: it is still the stub, or has no return."""
    if _is_stub(function):
        return say(NOT_WRITTEN, what=to_say("replace the body of {name} and run the cell again", name=name))
    return say("{name} returns nothing: is the return missing?", name=name)


def _is_stub(function: Callable[..., Any]) -> bool:
    """Whether the body is `...` or `pass`, below a docstring perhaps; what cannot be read is taken for one."""
    try:
        (statement, *_) = ast.parse(textwrap.dedent(source_of(function) or "")).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    body = getattr(statement, "body", [])
    return isinstance(body, list) and all(isinstance(line, ast.Pass) or _is_constant(line) for line in body)


def _is_constant(line: ast.stmt) -> bool:
    return isinstance(line, ast.Expr | ast.Return) and isinstance(line.value, ast.Constant | None)


def explained(calls: Sequence[Answered], wrong: Sequence[Wrong]) -> str:
    """The sentence of the first mistake that gives all the answers, or ""."""
    return next((say(mistake.sentence) for mistake in wrong if _explains(mistake, calls)), "")


def _explains(mistake: Wrong, calls: Sequence[Answered]) -> bool:
    try:
        return not any(departure(one.result, mistake.function(*as_doubles(one.arguments))) for one in calls)
    except (ArithmeticError, IndexError, RuntimeError, ValueError):
        return False  # the mistake cannot be made with these arguments


def converted(value: Any, dtype: torch.dtype) -> Any:
    """Fresh tensors of another dtype; whole numbers, texts and the containers stay what they are."""
    if isinstance(value, Tensor):
        new = value.detach().to(dtype if value.is_floating_point() else value.dtype, copy=True)
        return new.requires_grad_(value.requires_grad)
    if isinstance(value, list | tuple):
        return type(value)(converted(item, dtype) for item in value)
    return value


def as_doubles(arguments: Arguments) -> Arguments:
    """The arguments for a reference: fresh, in float64."""
    return tuple(converted(argument, torch.float64) for argument in arguments)


def departure(got: Any, expected: Any, what: str = "") -> str:
    """How what came departs from what was expected, a number, a tensor or a list of them; "" when it does not.

    Accepted where it is harmless: a NumPy value for a tensor, a tuple for a list, a tensor of one entry for a number.
    """
    if isinstance(expected, list | tuple):
        return _departure_of_lists(_as_list(got), expected, what)
    right = torch.as_tensor(expected, dtype=torch.float64 if isinstance(expected, float) else None).detach()
    given = _as_tensor(got)
    kind = type_and_shape(right) if right.dim() else say("a number")
    if given is None:
        return _expected(kind, type_and_shape(got), what)
    if not right.dim() and given.numel() == 1:
        given = given.reshape(())
    if given.shape != right.shape:
        return _expected(kind, type_and_shape(given), what)
    if equal_values(given, right):
        return ""
    if right.numel() <= FEW:
        return _expected(written(right), written(given), what)
    if largest_error(given, right) == float("inf"):
        return _expected(say("finite numbers"), say("nan or inf"), what)
    place = numpy.unravel_index(int((given.double() - right).abs().argmax()), tuple(right.shape))
    at = ", ".join(map(str, map(int, place)))
    expected_number = say("{number} at [{place}]", number=f"{float(right[place]):.4g}", place=at)
    return _expected(expected_number, f"{float(given[place]):.4g}", what)


def _expected(expected: object, got: object, what: str) -> str:
    if what:
        return say("expected {expected} for {what}, got {got}", expected=expected, what=what, got=got)
    return say("expected {expected}, got {got}", expected=expected, got=got)


def _departure_of_lists(got: Any, expected: Sequence[Any], what: str) -> str:
    if not isinstance(got, list | tuple):
        return _expected(say("a list of {count}", count=len(expected)), type_and_shape(got), what)
    if len(got) != len(expected):
        return _expected(say("{count} values", count=len(expected)), len(got), what)
    pairs = enumerate(zip(got, expected, strict=True))
    found = (departure(one, right, f"{what or say('result')}[{number}]") for number, (one, right) in pairs)
    return next(filter(None, found), "")


def _as_list(value: Any) -> Any:
    if isinstance(value, torch.nn.ParameterList) or (isinstance(value, Tensor | numpy.ndarray) and value.ndim):
        return list(value)
    return value


def _as_tensor(value: Any) -> Tensor | None:
    if isinstance(value, Tensor):
        return value.detach()
    if isinstance(value, int | float | numpy.generic | numpy.ndarray):
        try:
            return torch.as_tensor(value)
        except (TypeError, ValueError, RuntimeError):
            return None
    if isinstance(value, list | tuple) and value:
        items = [_as_tensor(item) for item in value]
        present = [item for item in items if item is not None]
        fit = len(present) == len(items) and len({item.shape for item in present}) == 1
        return torch.stack([item.double() for item in present]).to(_least_precise(present)) if fit else None
    return None


def _least_precise(tensors: list[Tensor]) -> torch.dtype:
    return torch.float32 if any(tensor.dtype != torch.float64 for tensor in tensors) else torch.float64


def written(value: Any) -> str:
    """An argument or a result as a message quotes it: few numbers in full, of a larger tensor the shape."""
    if isinstance(value, Tensor) and value.numel() <= FEW:
        return _numbers(value.detach().tolist())
    if isinstance(value, Tensor):
        return say("a tensor {shape}", shape=tuple(value.shape))
    if isinstance(value, list | tuple):
        return f"[{', '.join(_items(value))}]"
    return _numbers(value)


def _items(values: Sequence[Any]) -> Iterator[str]:
    yield from map(written, values[:FEW])
    if len(values) > FEW:
        yield "…"


def _numbers(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_numbers, value))}]"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
