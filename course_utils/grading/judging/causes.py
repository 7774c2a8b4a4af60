"""Causes instead of symptoms: which cell failed first, when a name is missing further down."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from IPython.core.inputtransformer2 import TransformerManager

from course_utils.text import error_line

MISSING = re.compile(r"name '(\w+)' is not defined")
PLACE = re.compile(r" \([^()]*, line (\d+)\)$")  # which Python adds to a SyntaxError, with a file's name
MODULE = re.compile(r"No module named '([\w.]+)'")
DEFINED = re.compile(r"^\s*(?:async\s+)?(?:def|class)\s+(\w+)", re.MULTILINE)
ANY = "*"


@dataclass(frozen=True)
class _Failure:
    """A cell that failed: its name and error in one line, what it would have defined, and the name that it lacked."""

    line: str
    names: frozenset[str]
    missing: str


class Causes:
    """The cells of one notebook that failed, in order."""

    def __init__(self) -> None:
        self._failures: list[_Failure] = []

    def note(self, cell: str, source: str, error: str, message: str) -> None:
        """Remember that a cell failed. error: the exception's name, "" where `message` is the judge's own."""
        line = f"{cell} stopped with {_error(source, error, message)}" if error else f"{cell}: {message}"
        self._failures.append(_Failure(line, frozenset(defined_names(source)), _missing(message)))

    def of(self, symptom: str) -> str:
        """The line about the cell because of which the name that `symptom` misses is not there; "" for none."""
        return self._first(_missing(symptom), len(self._failures))

    def _first(self, name: str, end: int) -> str:
        for index, failure in enumerate(self._failures[:end]) if name else ():
            if name in failure.names or ANY in failure.names:
                return self._first(failure.missing, index) or failure.line
        return ""

    def explained(self, symptom: str) -> str:
        """The symptom, below its cause where one is known."""
        cause = self.of(symptom)
        return f"{cause}\n{symptom}" if cause else symptom


def _missing(text: str) -> str:
    match = MISSING.search(text)
    return match.group(1) if match else ""


def _error(source: str, name: str, message: str) -> str:
    """One line; of a package that is missing the whole name, as it was asked for."""
    line = PLACE.sub(r", line \1", error_line(name, message))
    module = MODULE.search(line)
    if module and (asked := re.search(rf"^\s*(?:from|import)\s+({re.escape(module[1])}[\w.]*)", source, re.MULTILINE)):
        return line.replace(f"'{module[1]}'", f"'{asked[1]}'")
    return line


def defined_names(source: str) -> set[str]:
    """The names that a cell defines at its top level; of one that is no Python, those of its functions and lines."""
    try:
        return set(_bound(ast.parse(TransformerManager().transform_cell(source))))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        names = set(DEFINED.findall(source))
    for line in source.splitlines()[:1000]:
        try:
            names |= set(_bound(ast.parse(line)))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return names


def _bound(node: ast.AST) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield child.name
        elif isinstance(child, ast.Import | ast.ImportFrom):
            yield from ((alias.asname or alias.name).partition(".")[0] for alias in child.names)
        elif isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
            yield child.id
        elif not isinstance(child, ast.Lambda):
            yield from _bound(child)
