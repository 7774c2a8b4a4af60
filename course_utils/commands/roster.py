"""`course roster`: imports the platform's list of students, and says what did not fit."""

from __future__ import annotations

from pathlib import Path

from course_utils.errors import CourseError
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.course.lock import writing
from course_utils.grading.platforms.roster import FILE, import_roster
from course_utils.translation import say

SHOWN = 8  # more than that is no longer read


def run_roster(course: CourseFolder, path: Path, encoding: str | None, id_column: str | None) -> None:
    """Import and print. Raises CourseError, after everything else is done, when a line did not fit."""
    with writing(course, "./course roster"):
        done = import_roster(course, path, encoding, id_column)
    unchanged = done.total - len(done.added) - len(done.changed)
    print(say("read {file} as {format}", file=path.name, format=done.how))
    counts = {"total": done.total, "new": len(done.added), "changed": len(done.changed), "same": unchanged}
    print(say("students: {total}, of whom {new} new, {changed} changed, {same} as before", **counts))
    if done.added:
        more = " …" if len(done.added) > SHOWN else ""
        print(say("new: {names}", names=say(", ").join(done.added[:SHOWN]) + more))
    for student, what in list(done.changed.items())[:SHOWN]:
        print(say("changed: {student}: {what}", student=student, what=what))
    if len(done.changed) > SHOWN:
        print(say("changed, too: {names}", names=say(", ").join(list(done.changed)[SHOWN:])))
    if done.not_in_the_file:
        names = say(", ").join(done.not_in_the_file)
        print(say("in the roster and not in this file, kept: {names}", names=names))
    for problem in done.problems:
        print(problem)
    print(course.root / FILE)
    if done.problems:
        count = len(done.problems)
        raise CourseError(
            say("lines of {file} that did not fit, and are named above: {count}", file=path.name, count=count)
        )
