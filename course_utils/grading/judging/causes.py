"""Causes instead of symptoms: which cell failed first, when a name is missing further down."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from course_utils.student_code.defined import ANY, defined_names
from course_utils.text import cell_error
from course_utils.translation import say

MISSING = re.compile(r"name '(\w+)' is not defined")
MODULE = re.compile(r"No module named '([\w.]+)'")
NEVER_RAN = ("SyntaxError", "IndentationError", "TabError", "_IncompleteInputError")


@dataclass(frozen=True)
class _Failure:
    """A cell that failed: its name and error in one line, what it would have defined, and the name that it lacked.

    never_ran: it is no Python, so that of all its names none got a new meaning.
    """

    line: str
    names: frozenset[str]
    missing: str
    never_ran: bool


class Causes:
    """The cells of one notebook that failed, in order."""

    def __init__(self) -> None:
        self._failures: list[_Failure] = []

    def note(self, cell: str, source: str, error: str, message: str) -> None:
        """Remember that a cell failed. error: the exception's name, "" where `message` is the judge's own."""
        line = say("{cell} stopped with {error}", cell=cell, error=_error(source, error, message))
        line = line if error else say("{cell}: {message}", cell=cell, message=message)
        self._failures.append(_Failure(line, frozenset(defined_names(source)), _missing(message), error in NEVER_RAN))

    @property
    def newest(self) -> str:
        """The line about the cell that failed last."""
        return self._failures[-1].line

    def of(self, symptom: str) -> str:
        """The line about the cell because of which the name that `symptom` misses is not there; "" for none."""
        return self._first(_missing(symptom), len(self._failures))

    def _first(self, name: str, end: int) -> str:
        for index, failure in enumerate(self._failures[:end]) if name else ():
            if name in failure.names or ANY in failure.names:
                return self._first(failure.missing, index) or failure.line
        return ""

    def of_older(self, names: Iterable[str]) -> str:
        """The line about the last cell that is no Python and would have given one of the names a new meaning, or ""."""
        asked = set(names)
        for failure in reversed(self._failures):
            for name in sorted(asked & failure.names) if failure.never_ran else ():
                return say("{line}: so an older {name} was judged", line=failure.line, name=name)
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
    line = cell_error(name, message)
    module = MODULE.search(line)
    if module and (asked := re.search(rf"^\s*(?:from|import)\s+({re.escape(module[1])}[\w.]*)", source, re.MULTILINE)):
        return line.replace(f"'{module[1]}'", f"'{asked[1]}'")
    return line
