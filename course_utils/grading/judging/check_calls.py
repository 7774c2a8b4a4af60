"""What an instructor's graded cell asks: the `check("task", …)` calls in it, read from its source."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from IPython.core.inputtransformer2 import TransformerManager

from course_utils.checks.tasks import TASKS

ASSIGNMENTS = frozenset(name.partition(".")[0] for name in TASKS) | {"quiz"}


@dataclass(frozen=True)
class Question:
    """One `check(task, *expressions)`."""

    task: str
    expressions: tuple[str, ...]


@dataclass(frozen=True)
class Questions:
    """The checks of a cell, and the source of what it does besides."""

    questions: tuple[Question, ...]
    rest: str


def questions_in(source: str) -> Questions:
    """The checks at the top level of a cell; none where the source is not Python.

    A `check("of something else", …)` is an instructor's own function, and not a question to us.
    """
    try:
        statements = ast.parse(TransformerManager().transform_cell(source)).body
    except (SyntaxError, ValueError):
        return Questions((), source)
    found = [_question(statement) for statement in statements]
    questions = tuple(question for question in found if question is not None)
    if not questions:
        return Questions((), source)
    others = (statement for statement, question in zip(statements, found, strict=True) if question is None)
    return Questions(questions, "\n".join(map(ast.unparse, others)))


def _question(statement: ast.stmt) -> Question | None:
    if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)):
        return None
    called = statement.value
    name = called.func.attr if isinstance(called.func, ast.Attribute) else getattr(called.func, "id", "")
    if name != "check" or not called.args or called.keywords:
        return None
    task = called.args[0]
    if not (isinstance(task, ast.Constant) and isinstance(task.value, str)):
        return None
    if task.value.partition(".")[0] not in ASSIGNMENTS:
        return None
    return Question(task.value, tuple(ast.unparse(argument) for argument in called.args[1:]))
