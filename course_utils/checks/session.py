"""What has happened in the notebook's kernel: cells that failed, and the names that have an older meaning since.

A kernel keeps the function of a cell that ran once, however often the cell fails afterwards; a check must say so.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from traceback import walk_tb
from types import TracebackType
from typing import Any

from course_utils.student_code.defined import cell_tree, defined_names
from course_utils.text import cell_error
from course_utils.translation import say, to_say

NOTHING = object()
OLDER = to_say(
    "this is an older {name}: {failed_cell}, and did not replace it\n"
    "mend that cell and run it, then run this check again"
)


@dataclass(frozen=True)
class _Left:
    """What a failed cell has left behind: its name and error in one line, and the value that it did not replace."""

    line: str
    value: Any


class Session:
    """Follows an IPython shell: `older` and `missing` say which failed cell is the reason."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._before: dict[int, dict[str, Any]] = {}
        self._left: dict[str, _Left] = {}

    def follow(self) -> None:
        """Look at every cell from now on, and at every name that a check asks for and that is not there."""
        self._shell.events.register("pre_run_cell", self.begins)
        self._shell.events.register("post_run_cell", self.ends)
        self._shell.set_custom_exc((NameError,), self._name_error)

    def begins(self, info: Any) -> None:
        """A cell is about to run: keep what its names stand for."""
        with contextlib.suppress(Exception):
            self._before[id(info)] = {name: self._value(name) for name in defined_names(info.raw_cell or "")}

    def ends(self, result: Any) -> None:
        """A cell has run. Where it failed, its names that still stand for the same have an older meaning."""
        with contextlib.suppress(Exception):
            for name, value in self._before.pop(id(result.info), {}).items():
                self._left.pop(name, None)
                if not result.success and self._value(name) is value:
                    self._left[name] = _Left(_line(result), value)

    def older(self, objects: Sequence[Any]) -> str:
        """Why one of the objects is an older version than the notebook's, or ""."""
        for name, left in self._left.items():
            if left.value is not NOTHING and any(value is left.value for value in objects):
                return say(OLDER, name=name, failed_cell=left.line)
        return ""

    def missing(self, name: str) -> str:
        """What to do about a name that a check asks for and that is not there."""
        if name in self._left:
            failed = to_say("{name} is not defined yet: {failed_cell}. Mend that cell and run it first")
            return say(failed, name=name, failed_cell=self._left[name].line)
        return say("{name} is not defined yet: run the cell that defines it first", name=name)

    def _value(self, name: str) -> Any:
        return self._shell.user_ns.get(name, NOTHING)

    def _name_error(
        self, shell: Any, kind: type[NameError], error: NameError, traceback: TracebackType, tb_offset: Any = None
    ) -> None:
        """One line for a missing name in the cell's own call of `check`; for any other what IPython shows."""
        name = getattr(error, "name", None)
        if isinstance(name, str) and self._is_in_check(traceback, name):
            shell._showtraceback(kind, error, [self.missing(name)])
        else:
            shell.showtraceback((kind, error, traceback), tb_offset=tb_offset)

    def _is_in_check(self, traceback: TracebackType, name: str) -> bool:
        """Whether the cell itself, and no function in it, has raised, in a cell that calls `check` with the name."""
        *_, (frame, _) = walk_tb(traceback)
        if frame.f_globals is not self._shell.user_ns or frame.f_code.co_name != "<module>":
            return False
        cells = self._shell.user_ns.get("In") or [""]
        return name != "check" and asks_for(str(cells[-1]), name)


def asks_for(source: str, name: str) -> bool:
    """Whether a cell calls `check` with something in which the name stands."""
    tree = cell_tree(source)
    if tree is None:
        return False
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    asked = [call for call in calls if ast.unparse(call.func).rpartition(".")[2] == "check"]
    return any(isinstance(node, ast.Name) and node.id == name for call in asked for node in ast.walk(call))


def _line(result: Any) -> str:
    error = result.error_before_exec or result.error_in_exec
    named = cell_error(type(error).__name__, str(error))
    return say("cell [{number}] stopped with {error}", number=result.execution_count, error=named)
