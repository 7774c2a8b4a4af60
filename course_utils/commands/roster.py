"""`course roster`: imports the platform's list of students, and says what did not fit."""

from __future__ import annotations

from pathlib import Path

from course_utils.errors import CourseError
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.course.lock import writing
from course_utils.grading.platforms.roster import FILE, import_roster

SHOWN = 8  # more than that is no longer read


def run_roster(course: CourseFolder, path: Path, encoding: str | None, id_column: str | None) -> None:
    """Import and print. Raises CourseError, after everything else is done, when a line did not fit."""
    with writing(course, "./course roster"):
        done = import_roster(course, path, encoding, id_column)
    unchanged = done.total - len(done.added) - len(done.changed)
    print(f"read {path.name} as {done.how}")
    print(f"students: {done.total}, of whom {len(done.added)} new, {len(done.changed)} changed, {unchanged} as before")
    if done.added:
        print(f"new: {', '.join(done.added[:SHOWN])}{' …' if len(done.added) > SHOWN else ''}")
    for student, what in list(done.changed.items())[:SHOWN]:
        print(f"changed: {student}: {what}")
    if len(done.changed) > SHOWN:
        print(f"changed, too: {', '.join(list(done.changed)[SHOWN:])}")
    if done.not_in_the_file:
        print(f"in the roster and not in this file, kept: {', '.join(done.not_in_the_file)}")
    for problem in done.problems:
        print(problem)
    print(course.root / FILE)
    if done.problems:
        raise CourseError(f"lines of {path.name} that did not fit, and are named above: {len(done.problems)}")
