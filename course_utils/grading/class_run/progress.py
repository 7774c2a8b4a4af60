"""How a class run is shown while it goes: a bar on a terminal, a line a student elsewhere."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from course_utils.grading.class_run.run import Progress as Report
from course_utils.grading.class_run.run import Standing
from course_utils.text import tidy


@contextlib.contextmanager
def grading_progress(console: Console | None = None) -> Iterator[Report]:
    """A function to give to `grade`; what it shows goes to stderr."""
    console = console or Console(stderr=True)
    if not console.is_terminal:
        yield lambda standing: console.print(
            f"graded {tidy(standing.student)} ({standing.done} of {standing.total})",
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
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None, more="starting the workers")

        def show(standing: Standing) -> None:
            more = details(standing, time.monotonic() - started).replace("[", r"\[")
            bar.update(task, completed=standing.done, total=standing.total, more=more)

        yield show


def details(standing: Standing, seconds: float) -> str:
    """What the bar says besides: the rate, the failures so far, and the slowest submission."""
    parts = []
    if standing.seconds:
        parts.append(f"{60 * len(standing.seconds) / max(seconds, 1e-9):.0f} a minute")
        parts.append(f"slowest {tidy(standing.slowest)} ({standing.seconds[standing.slowest]:.1f} s)")
    if standing.failures:
        parts.append(f"{standing.failures} not graded")
    return ", ".join(parts) or tidy(standing.student)
