"""How a class run is shown while it goes: a bar on a terminal, one line per student elsewhere."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as ProgressBar

from course_utils.grading.class_run.run import Progress, ShowProgress
from course_utils.text import tidy
from course_utils.translation import say, to_say

ENDINGS = {
    "graded": to_say("graded {student} ({done} of {total})"),
    "as before": to_say("as before {student} ({done} of {total})"),
    "not graded": to_say("not graded {student} ({done} of {total})"),
}


@contextlib.contextmanager
def grading_progress(console: Console | None = None) -> Iterator[ShowProgress]:
    """A function to give to `grade`; what it shows goes to stderr."""
    console = console or Console(stderr=True)
    if not console.is_terminal:
        yield lambda progress: console.print(
            say(ENDINGS[progress.ending], student=tidy(progress.student), done=progress.done, total=progress.total),
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
        return
    columns = (
        TextColumn(say("grading")),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[more]}"),
    )
    started = time.monotonic()
    with ProgressBar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None, more=say("starting the workers"))

        def show(progress: Progress) -> None:
            more = details(progress, time.monotonic() - started).replace("[", r"\[")
            bar.update(task, completed=progress.done, total=progress.total, more=more)

        yield show


def details(progress: Progress, seconds: float) -> str:
    """What the bar says besides: the rate, the failures so far, and the slowest submission."""
    parts = []
    if progress.seconds:
        parts.append(say("{count} per minute", count=f"{60 * len(progress.seconds) / max(seconds, 1e-9):.0f}"))
        slowest = f"{progress.seconds[progress.slowest]:.1f}"
        parts.append(say("slowest {student} ({seconds} s)", student=tidy(progress.slowest), seconds=slowest))
    if progress.failures:
        parts.append(say("{count} not graded", count=progress.failures))
    return ", ".join(parts) or tidy(progress.student)
