"""`course collect`: takes in what a platform gives for all students together, and says what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.course.lock import writing
from course_utils.grading.platforms.collect import Collection, collect
from course_utils.translation import say, to_say

MISSING = to_say("handed in nothing so far ({count}): {names}")
LATE = to_say("late, as Canvas says, which does not say by how much ({count}): {names}")
UNTIMED = to_say(
    "no time of the upload is known for {count}, who count as in time: add --zone, such as Europe/Vienna, and for "
    "Moodle --worksheet FILE; or write timestamp.txt"
)


def run_collect(course: CourseFolder, assignment: str, path: Path, worksheet: Path | None, zone: str | None) -> None:
    """Collect and print. Raises CourseError, after everything else is done, when something was not understood."""
    with writing(course, f"./course collect {assignment}"):
        done = collect(course, assignment, path, worksheet, zone)
    for line in lines(done, assignment):
        print(line)
    if done.not_understood:
        count = len(done.not_understood)
        raise CourseError(say("not understood, and named above: {count}; the others are collected", count=count))


def lines(done: Collection, assignment: str) -> list[str]:
    """What is printed."""
    total = len(done.new) + len(done.changed) + len(done.same) + len(done.kept)
    counts = {"total": total, "new": len(done.new), "changed": len(done.changed), "same": len(done.same)}
    said = [say("{total} in the zip: {new} new, {changed} changed, {same} as before", **counts)]
    if done.changed:
        earlier = f"downloaded/{assignment}/earlier/"
        said.append(
            say("changed: {names}; the versions before are in {folder}", names=_listed(done.changed), folder=earlier)
        )
    if done.newly_timed:
        said.append(say("times of {count} written", count=len(done.newly_timed)))
    if done.kept:
        said.append(
            say("the new version lacks a notebook, so the earlier one is kept: {names}", names=_listed(done.kept))
        )
    for what, students in ((MISSING, done.missing), (LATE, done.late)):
        if students:
            said.append(say(what, count=len(students), names=_listed(students)))
    if done.untimed:
        said.append(say(UNTIMED, count=len(done.untimed)))
    said += [say("also handed in: {each}", each=each) for each in done.beside]
    said += [say("not understood: {each}", each=each) for each in done.not_understood]
    return said


def _listed(names: Iterable[str]) -> str:
    return say(", ").join(names)
