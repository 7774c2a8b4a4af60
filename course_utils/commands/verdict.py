"""`course verdict`: a submission judged again, from the seed that its secret cases were drawn from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rich.console import Console

from course_utils.errors import CourseError, UsageError
from course_utils.grading.class_run.adoption import with_adopted, with_stand_ins
from course_utils.grading.class_run.run import grading_settings
from course_utils.grading.class_run.worker import grade_submission, read_submission
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.gradebook.decisions import load_decision
from course_utils.grading.gradebook.digests import grader_digest, submission_digest, what_changed
from course_utils.grading.gradebook.records import Grading, Record, last_grading, load_record, versions
from course_utils.grading.judging.elsewhere import as_text
from course_utils.text import tidy
from course_utils.translation import say


def run_verdict(course: CourseFolder, assignment: str, student: str, console: Console | None = None) -> int:
    """Judge the submission with the seeds of its last grading, print every verdict; nothing is written.

    Raises: UsageError for an unknown assignment or student; CourseError when it was never graded.
    """
    course.require(assignment)
    folder = course.submitted / student / assignment
    if not folder.is_dir():
        known = ", ".join(course.students()) or "none"
        raise UsageError(f"{student!r} submitted no {assignment}; known students: {known}")
    last, record = last_grading(course, assignment, student), load_record(course, assignment, student)
    if last is None:
        if record is not None and record.reason:
            raise CourseError(f"{student} is not graded: {record.reason}")
        run = course.command(f"grade {assignment}")
        raise CourseError(say("no seed is kept for {student}: grade first, with {run}", student=student, run=run))
    console = console or Console(highlight=False)
    settings = grading_settings(course, assignment)
    decision = load_decision(course, assignment, student, submission_digest(course, assignment, student))
    submission = with_adopted(read_submission(folder, student, last.seeds), decision.adopted, settings)
    submission = replace(with_stand_ins(submission, settings), is_decided=decision.is_final)
    graded = grade_submission(submission, settings)
    if graded.reason:
        raise CourseError(f"{student} cannot be graded: {graded.reason}")
    for line in _circumstances(last, record, grader_digest(settings)):
        console.print(line, markup=False, soft_wrap=True)
    for name, cells in graded.cells.items():
        console.print(f"{name}, seed {graded.seeds[name]}", style="bold", markup=False)
        for cell, result in cells.items():
            console.print(f"{cell}: {result.points:g} of {result.max_points:g}", markup=False)
            for line in result.text.splitlines():
                console.print(f"    {tidy(line, 1000)}", markup=False, soft_wrap=True)
        if found := as_text(graded.found.get(name, {})):
            console.print(f"found elsewhere: {tidy(found, 1000)}", markup=False, soft_wrap=True)
    return 0


def _circumstances(last: Grading, record: Record | None, grader: str) -> Iterator[str]:
    """When and by what it was graded, and what is another now."""
    if last.date:
        yield f"graded {last.date[:16].replace('T', ' ')} UTC by {last.by}: {_listed(last.versions)}"
    if last.versions and last.versions != versions():
        yield f"judged now by other versions: {_listed(versions())}"
    if record is not None and (changed := what_changed(record.grader, grader)):
        yield f"changed since it was graded: {changed}; this is today's judgement"


def _listed(named: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in named.items())
