"""`course submit`: hands in, warns of what is missing, and prints the receipt."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from types import TracebackType

from nbformat.notebooknode import NotebookNode
from rich.console import Console

from course_utils.commands.check import Printer, shown
from course_utils.commands.words import folder_of
from course_utils.desk.hand_in import HandedIn, Progress, hand_in
from course_utils.errors import CourseError
from course_utils.grading.judging.rehearsal import Listener
from course_utils.text import tidy
from course_utils.translation import say


def run_submit(assignment: str, is_checked: bool = True, course: Path | None = None) -> int:
    """Hand in and say what was; 0 also where something is missing, as it is handed in.

    Raises UsageError for what is no assignment, CourseError when the zip cannot be written.
    """
    console = Console(highlight=False)
    try:
        with _Lines(console) as lines:
            done = hand_in(assignment, folder_of(course), is_checked, lines)
    except OSError as error:
        raise CourseError(say("the zip cannot be written: {reason}", reason=error.strerror or error)) from error
    for line in receipt_lines(done):
        style = "yellow" if line.startswith(" ") else None
        console.print(line, style=style, markup=False, soft_wrap=True)
    return 0


def receipt_lines(done: HandedIn) -> list[str]:
    """The receipt as text."""
    receipt = done.receipt
    when = datetime.fromisoformat(receipt.time).strftime("%Y-%m-%d %H:%M:%S UTC")
    parts = {"name": receipt.assignment, "time": when}
    if receipt.points is None:
        first = say("handed in: {name}, {time}", **parts)
    else:
        points = {"points": f"{receipt.points:g}", "total": f"{receipt.max_points:g}"}
        first = say("handed in: {name}, {time}, {points} of {total} points in the public checks", **parts, **points)
    if receipt.bonus:
        first = say("{receipt}, and {bonus} of bonus", receipt=first, bonus=f"{receipt.bonus:g}")
    warnings = ["  " + say("note: {warning}", warning=tidy(warning, 1000)) for warning in receipt.warnings]
    digest = say("digest {digest}; receipt: {path}", digest=receipt.digest[:16], path=done.path.with_suffix(".json"))
    return [first, *warnings, done.destination, digest]


class _Lines(Progress):
    """Prints the checks' results as `course check` does."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.printer: Printer | None = None

    def __enter__(self) -> _Lines:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.printer:
            self.printer.__exit__(kind, error, trace)

    def runs(self, path: Path, notebook: NotebookNode) -> Listener:
        line = say("running {path}, as it is graded", path=shown(path))
        self.console.print(line, style="dim", soft_wrap=True, markup=False)
        self.printer = Printer(self.console, notebook).__enter__()
        return self.printer
