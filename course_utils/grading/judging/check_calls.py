"""What an instructor's graded cell asks: the `check("task", …)` calls in it, read from its source."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from IPython.core.inputtransformer2 import TransformerManager

from course_utils.checks.tasks import known_tasks


@dataclass(frozen=True)
class CheckCall:
    """One `check(task, *expressions)`."""

    task: str
    expressions: tuple[str, ...]


@dataclass(frozen=True)
class CheckCalls:
    """The checks of a cell, and the source of what it does besides."""

    calls: tuple[CheckCall, ...]
    rest: str


def check_calls_in(source: str) -> CheckCalls:
    """The checks at the top level of a cell; none where the source is not Python.

    A `check("of something else", …)` is an instructor's own function, and no call of ours.
    """
    try:
        statements = ast.parse(TransformerManager().transform_cell(source)).body
    except (SyntaxError, ValueError):
        return CheckCalls((), source)
    parsed = [_check_call(statement) for statement in statements]
    calls = tuple(call for call in parsed if call is not None)
    if not calls:
        return CheckCalls((), source)
    others = (statement for statement, call in zip(statements, parsed, strict=True) if call is None)
    return CheckCalls(calls, "\n".join(map(ast.unparse, others)))


def _check_call(statement: ast.stmt) -> CheckCall | None:
    if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)):
        return None
    called = statement.value
    name = called.func.attr if isinstance(called.func, ast.Attribute) else getattr(called.func, "id", "")
    if name != "check" or not called.args or called.keywords:
        return None
    task = called.args[0]
    if not (isinstance(task, ast.Constant) and isinstance(task.value, str)):
        return None
    if task.value.partition(".")[0] not in {"quiz", *(name.partition(".")[0] for name in known_tasks())}:
        return None
    return CheckCall(task.value, tuple(ast.unparse(argument) for argument in called.args[1:]))
