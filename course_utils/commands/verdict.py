"""`course verdict`: a submission judged again, from the seed that its secret cases were drawn from."""

from __future__ import annotations

from rich.console import Console

from course_utils.errors import CourseError, UsageError
from course_utils.grading.class_run.run import grading_settings
from course_utils.grading.class_run.worker import grade_submission, read_submission
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.gradebook.records import load_record, seeds_of
from course_utils.text import tidy


def run_verdict(course: CourseFolder, assignment: str, student: str, console: Console | None = None) -> int:
    """Judge the submission with the seeds of its last grading, print every verdict; nothing is written.

    Raises: UsageError for an unknown assignment or student; CourseError when it was never graded.
    """
    course.require(assignment)
    folder = course.submitted / student / assignment
    if not folder.is_dir():
        known = ", ".join(course.students()) or "none"
        raise UsageError(f"{student!r} submitted no {assignment}; known students: {known}")
    seeds = seeds_of(course, assignment, student)
    if not seeds:
        record = load_record(course, assignment, student)
        if record is not None and record.reason:
            raise CourseError(f"{student} is not graded: {record.reason}")
        raise CourseError(f"no seed is kept for {student}: grade first, with ./course grade {assignment}")
    console = console or Console(highlight=False)
    graded = grade_submission(read_submission(folder, student, seeds), grading_settings(course, assignment))
    if graded.reason:
        raise CourseError(f"{student} cannot be graded: {graded.reason}")
    for name, cells in graded.cells.items():
        console.print(f"{name}, seed {graded.seeds[name]}", style="bold", markup=False)
        for cell, result in cells.items():
            console.print(f"{cell}: {result.points:g} of {result.max_points:g}", markup=False)
            for line in result.text.splitlines():
                console.print(f"    {tidy(line, 1000)}", markup=False, soft_wrap=True)
    return 0
