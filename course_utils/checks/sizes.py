"""Speaking of sizes: what a shape in an error message stands for, and numbers that a function should not know."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Callable
from typing import Any

from course_utils.checks.cases import Case
from course_utils.student_code.describe import outside_numbers, source_of


def in_symbols(message: str, case: Case) -> str:
    """torch's message on matrices that do not fit, with the sizes named: "(3x7 and 14x9)" is (B, H) and (2H, V).

    All sizes of an ordinary case differ, so the numbers tell which is which.
    """
    found = re.search(r"\((\d+)x(\d+) and (\d+)x(\d+)\)", message)
    if not found:
        return message
    batch_size, vocab_size = case.inputs[0].shape
    num_hiddens = case.state[0].shape[1]
    symbols = {2 * num_hiddens: "2H", len(case.inputs): "T", batch_size: "B", vocab_size: "V", num_hiddens: "H"}
    a, b, c, d = (symbols.get(int(size), size) for size in found.groups())
    return f"{message}\nthat is ({a}, {b}) times ({c}, {d})"


def written_in(function: Callable[..., Any]) -> str:
    """Which sizes a function may have by heart: numbers in its code, and whole numbers that it reads from outside."""
    outside = outside_numbers(function)
    found = [f"{name} = {number}" for name, number in outside.items()] + [str(number) for number in _numbers(function)]
    if not found:
        return ""
    return f"it uses {', '.join(found[:4])} from outside its arguments: take every size from them"


def _numbers(function: Callable[..., Any]) -> list[int]:
    try:
        tree = ast.parse(textwrap.dedent(source_of(function) or ""))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    constants = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return [value for value in dict.fromkeys(constants) if type(value) is int and value > 4]
