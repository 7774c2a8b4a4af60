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
        known = say(", ").join(course.students()) or say("none")
        parts = {"student": repr(student), "name": assignment, "known": known}
        raise UsageError(say("{student} submitted no {name}; known students: {known}", **parts))
    last, record = last_grading(course, assignment, student), load_record(course, assignment, student)
    if last is None:
        if record is not None and record.reason:
            raise CourseError(say("{student} is not graded: {reason}", student=student, reason=record.reason))
        run = course.command(f"grade {assignment}")
        raise CourseError(say("no seed is kept for {student}: grade first, with {run}", student=student, run=run))
    console = console or Console(highlight=False)
    settings = grading_settings(course, assignment)
    decision = load_decision(course, assignment, student, submission_digest(course, assignment, student))
    submission = with_adopted(read_submission(folder, student, last.seeds), decision.adopted, settings)
    submission = replace(with_stand_ins(submission, settings), is_decided=decision.is_final)
    graded = grade_submission(submission, settings)
    if graded.reason:
        raise CourseError(say("{student} cannot be graded: {reason}", student=student, reason=graded.reason))
    for line in _circumstances(last, record, grader_digest(settings)):
        console.print(line, markup=False, soft_wrap=True)
    for name, cells in graded.cells.items():
        console.print(say("{name}, seed {seed}", name=name, seed=graded.seeds[name]), style="bold", markup=False)
        for cell, result in cells.items():
            points = {"points": f"{result.points:g}", "total": f"{result.max_points:g}"}
            console.print(say("{cell}: {points} of {total}", cell=cell, **points), markup=False)
            for line in result.text.splitlines():
                console.print(f"    {tidy(line, 1000)}", markup=False, soft_wrap=True)
        if found := as_text(graded.found.get(name, {})):
            line = say("found elsewhere: {found}", found=tidy(found, 1000))
            console.print(line, markup=False, soft_wrap=True)
    return 0


def _circumstances(last: Grading, record: Record | None, grader: str) -> Iterator[str]:
    """When and by what it was graded, and what is another now."""
    if last.date:
        graded = {"time": f"{last.date[:16].replace('T', ' ')} UTC", "by": last.by}
        yield say("graded {time} by {by}: {versions}", **graded, versions=_listed(last.versions))
    if last.versions and last.versions != versions():
        yield say("judged now by other versions: {versions}", versions=_listed(versions()))
    if record is not None and (changed := what_changed(record.grader, grader)):
        yield say("changed since it was graded: {changed}; this is today's judgement", changed=changed)


def _listed(named: dict[str, str]) -> str:
    return say(", ").join(f"{name} {version}" for name, version in named.items())
