"""How a class run is shown while it goes: a bar on a terminal, a line a student elsewhere."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from course_utils.grading.grade import Progress as Report


@contextlib.contextmanager
def grading_progress(console: Console | None = None) -> Iterator[Report]:
    """A function to give to `grade`; what it shows goes to stderr."""
    console = console or Console(stderr=True)
    if not console.is_terminal:
        yield lambda student, done, total: console.print(
            f"grading {student} ({done + 1} of {total})", highlight=False, markup=False, soft_wrap=True
        )
        return
    columns = (
        TextColumn("grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[who]}"),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None, who="")

        def show(student: str, done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, who=student.replace("[", r"\["))

        yield show
