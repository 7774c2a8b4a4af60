"""What an instructor's graded cell asks: the `check("task", …)` calls in it, read from its source."""

from __future__ import annotations

import ast
from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """One `check(task, *expressions)`."""

    task: str
    expressions: tuple[str, ...]


@dataclass(frozen=True)
class Questions:
    """The checks of a cell, and whether it does anything besides."""

    questions: tuple[Question, ...]
    does_more: bool


def questions_in(source: str) -> Questions:
    """The checks at the top level of a cell; none where the source is no Python (a magic, another language)."""
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError):
        return Questions((), True)
    found = [_question(statement) for statement in statements]
    questions = tuple(question for question in found if question is not None)
    return Questions(questions, len(questions) < len(found))


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
    return Question(task.value, tuple(ast.unparse(argument) for argument in called.args[1:]))
