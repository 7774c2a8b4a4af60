"""`course collect`: takes in what a platform gives for all students together, and says what became of it."""

from __future__ import annotations

from pathlib import Path

from course_utils.errors import CourseError
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.course.lock import writing
from course_utils.grading.platforms.collect import Collection, collect


def run_collect(course: CourseFolder, assignment: str, path: Path, worksheet: Path | None, zone: str | None) -> None:
    """Collect and print. Raises CourseError, after everything else is done, when something was not understood."""
    with writing(course, f"./course collect {assignment}"):
        done = collect(course, assignment, path, worksheet, zone)
    for line in lines(done, assignment):
        print(line)
    if done.not_understood:
        raise CourseError(f"not understood, and named above: {len(done.not_understood)}; the others are collected")


def lines(done: Collection, assignment: str) -> list[str]:
    """What is printed."""
    total = len(done.new) + len(done.changed) + len(done.same) + len(done.kept)
    said = [f"{total} in the zip: {len(done.new)} new, {len(done.changed)} changed, {len(done.same)} as before"]
    if done.changed:
        said.append(f"changed: {', '.join(done.changed)}; the versions before are in downloaded/{assignment}/earlier/")
    if done.newly_timed:
        said.append(f"times of {len(done.newly_timed)} written")
    if done.kept:
        said.append(f"the new version lacks a notebook, so the earlier one is kept: {', '.join(done.kept)}")
    for what, students in (
        ("handed in nothing so far", done.missing),
        ("late, as Canvas says, which does not say by how much", done.late),
    ):
        if students:
            said.append(f"{what} ({len(students)}): {', '.join(students)}")
    if done.untimed:
        said.append(
            f"no time of the upload is known for {len(done.untimed)}, who count as in time: add --zone, such as "
            "Europe/Vienna, and for Moodle --worksheet FILE; or write timestamp.txt"
        )
    said += [f"also handed in: {each}" for each in done.beside]
    said += [f"not understood: {each}" for each in done.not_understood]
    return said
