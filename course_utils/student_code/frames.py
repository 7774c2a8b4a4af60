"""Where in a student's code an error was raised: the line, the part of it that failed, and what its names stood for."""

from __future__ import annotations

import ast
import linecache
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from torch import Tensor, nn

PACKAGE = str(Path(__file__).resolve().parents[1])
LIBRARIES = tuple(
    str(Path(sysconfig.get_path(name)).resolve()) for name in ("stdlib", "platstdlib", "purelib", "platlib")
)
MISSING = object()


@dataclass(frozen=True)
class Failing:
    """The student's deepest line that an error passed through.

    node: the expression that failed, where Python keeps its position (from 3.11 on) and the source can be read.
    """

    line: str
    statement: ast.stmt | None
    node: ast.AST | None
    frame: FrameType


@lru_cache(maxsize=512)
def is_students(filename: str) -> bool:
    """Whether a file is neither ours nor a library's. A notebook's cells have names of their own."""
    if filename.startswith("<frozen") or filename == "<string>":
        return False
    path = str(Path(filename).resolve()) if not filename.startswith("<") else filename
    return not path.startswith((PACKAGE + "/", *LIBRARIES)) and "site-packages" not in path


def line_at(filename: str, number: int) -> str:
    """A line of a file or of a notebook's cell, without its indentation."""
    return linecache.getline(filename, number).strip()


def failing_line(error: BaseException) -> Failing | None:
    """The deepest line of the student's that the error passed through; None when it passed through none."""
    deepest = None
    for step in steps(error.__traceback__):
        if is_students(step.tb_frame.f_code.co_filename):
            deepest = step
    if deepest is None:
        return None
    code, number = deepest.tb_frame.f_code, deepest.tb_lineno
    tree = _tree(code.co_filename)
    statement = _statement(tree, number)
    node = _node(tree, deepest) if tree else None
    return Failing(line_at(code.co_filename, number), statement, node, deepest.tb_frame)


def steps(traceback: TracebackType | None) -> Iterator[TracebackType]:
    """The steps of a traceback, the innermost call last."""
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def _tree(filename: str) -> ast.Module | None:
    try:
        return ast.parse("".join(linecache.getlines(filename)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _statement(tree: ast.Module | None, number: int) -> ast.stmt | None:
    """The innermost statement that has the line."""
    statements = [
        node
        for node in (ast.walk(tree) if tree else ())
        if isinstance(node, ast.stmt) and node.lineno <= number <= (node.end_lineno or node.lineno)
    ]
    return max(statements, key=lambda node: (node.lineno, node.col_offset), default=None)


def _node(tree: ast.Module, step: TracebackType) -> ast.AST | None:
    if sys.version_info < (3, 11):
        return None
    positions = list(step.tb_frame.f_code.co_positions())
    place = positions[step.tb_lasti // 2] if 0 <= step.tb_lasti // 2 < len(positions) else None
    if place is None or None in place:
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.expr):
            here = node.lineno, node.end_lineno, node.col_offset, node.end_col_offset
            if here == place:
                return node
    return None


def value_of(node: ast.AST | None, frame: FrameType) -> Any:
    """What an expression stood for when its line failed, looked up without running anything of the student's.

    Names, attributes that objects hold, items of lists, tuples, dicts and tensors, and their number; else MISSING.
    """
    try:
        return _value_of(node, frame)
    except KeyboardInterrupt:
        raise
    except BaseException:  # whatever a student's object does when it is looked at
        return MISSING


def _value_of(node: ast.AST | None, frame: FrameType) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return frame.f_locals.get(node.id, frame.f_globals.get(node.id, MISSING))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_number(_value_of(node.operand, frame))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub | ast.Mult):
        left, right = _number(_value_of(node.left, frame)), _number(_value_of(node.right, frame))
        return (
            left + right
            if isinstance(node.op, ast.Add)
            else left - right
            if isinstance(node.op, ast.Sub)
            else left * right
        )
    if isinstance(node, ast.Subscript):
        base, index = _value_of(node.value, frame), _value_of(node.slice, frame)
        return (
            base[index] if type(base) in (list, tuple, dict, Tensor, nn.Parameter) and index is not MISSING else MISSING
        )
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len" and len(node.args) == 1:
        counted = _value_of(node.args[0], frame)
        return len(counted) if type(counted) in (list, tuple, dict) else MISSING
    if isinstance(node, ast.Attribute):
        return _attribute(_value_of(node.value, frame), node.attr)
    return MISSING


def _attribute(base: Any, name: str) -> Any:
    if type(base) in (Tensor, nn.Parameter):
        return {"T": lambda: base.T, "shape": lambda: base.shape}.get(name, lambda: MISSING)()
    held = vars(base) if base is not MISSING and hasattr(base, "__dict__") else {}
    return held.get(name, held.get("_parameters", {}).get(name, MISSING))


def _number(value: Any) -> int:
    if type(value) is not int:
        raise TypeError
    return value
