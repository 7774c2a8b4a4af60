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


@contextlib.contextmanager
def grading_progress(console: Console | None = None) -> Iterator[ShowProgress]:
    """A function to give to `grade`; what it shows goes to stderr."""
    console = console or Console(stderr=True)
    if not console.is_terminal:
        yield lambda progress: console.print(
            f"{progress.ending} {tidy(progress.student)} ({progress.done} of {progress.total})",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
        return
    columns = (
        TextColumn("grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[more]}"),
    )
    started = time.monotonic()
    with ProgressBar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None, more="starting the workers")

        def show(progress: Progress) -> None:
            more = details(progress, time.monotonic() - started).replace("[", r"\[")
            bar.update(task, completed=progress.done, total=progress.total, more=more)

        yield show


def details(progress: Progress, seconds: float) -> str:
    """What the bar says besides: the rate, the failures so far, and the slowest submission."""
    parts = []
    if progress.seconds:
        parts.append(f"{60 * len(progress.seconds) / max(seconds, 1e-9):.0f} per minute")
        parts.append(f"slowest {tidy(progress.slowest)} ({progress.seconds[progress.slowest]:.1f} s)")
    if progress.failures:
        parts.append(f"{progress.failures} not graded")
    return ", ".join(parts) or tidy(progress.student)
