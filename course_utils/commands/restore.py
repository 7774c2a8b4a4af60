"""`course restore`: the copies of the gradebook, and one of them put back."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.course.lock import writing
from course_utils.grading.gradebook.backups import GRADEBOOK, KEPT, Backup, backups, restore
from course_utils.translation import say, to_say

NEWEST_KEPT = to_say("{run} puts one back; the newest {count} are kept, in {folder}")
KEPT_AND_ONE = to_say(
    "{run} puts one back; the newest {count} are kept, and the one that was put back until the next copy is made, "
    "in {folder}"
)


def run_restore(course: CourseFolder, name: str | None, console: Console | None = None) -> None:
    """List the copies, or restore the one of this name.

    Raises: UsageError for an unknown one; CourseError when another command writes, or it cannot be restored.
    """
    console = console or Console(highlight=False, soft_wrap=True)
    if name is None:
        _print_copies(course, console)
        return
    with writing(course, f"./course restore {name}"):
        undo = restore(course, name)
    restored = say("restored {name}: points, comments, seeds and decisions are those of that moment", name=name)
    console.print(restored, markup=False)
    if undo is not None:
        console.print(say("to undo that: {run}", run=course.command(f"restore {undo.name}")), markup=False)
    grade = course.command("grade ASSIGNMENT")
    console.print(say("submissions and pages were left alone; {run} brings the pages up to date", run=grade))


def _print_copies(course: CourseFolder, console: Console) -> None:
    found = backups(course)
    if not found:
        console.print(say("no copies yet: one is made before each command that writes, once there is a gradebook"))
        return
    table = Table(box=SIMPLE_HEAD)
    for title in (say("copy (time in UTC)"), say("made before")):
        table.add_column(title)
    for title in (say("submissions"), say("points by hand")):
        table.add_column(title, justify="right")
    for copy in found:
        table.add_row(copy.name, copy.before, *map(str, _numbers(copy)))
    console.print(table)
    parts = {"run": course.command("restore COPY"), "count": KEPT, "folder": course.root / "backups"}
    console.print(say(KEPT_AND_ONE if len(found) > KEPT else NEWEST_KEPT, **parts), markup=False)


def _numbers(copy: Backup) -> tuple[int | str, int | str]:
    """How many submissions and how many hand-given scores are in it."""
    counted = (
        "SELECT (SELECT COUNT(*) FROM submitted_assignment), (SELECT COUNT(*) FROM grade WHERE manual_score NOT NULL)"
    )
    try:
        with closing(sqlite3.connect(copy.path / GRADEBOOK)) as database:
            return database.execute(counted).fetchone()
    except sqlite3.Error:
        return "?", "?"
