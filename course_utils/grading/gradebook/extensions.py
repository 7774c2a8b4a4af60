"""Extensions: a later due date for one student, in nbgrader's own tables; the next class run applies it."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from course_utils.errors import CourseError, UsageError
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.course.release import register
from course_utils.grading.course.submission import handed_in_at
from course_utils.grading.course.times import AmbiguousTime, parse_time
from course_utils.grading.gradebook.backups import keep_copy
from course_utils.translation import say

ADD_DUE = 'nbgrader db assignment add {} --duedate "2026-12-01 23:59 UTC"'
LONGEST = timedelta(days=3650)  # what is longer is a slip of the hand, and nbgrader's column cannot hold every time


@dataclass(frozen=True)
class Extension:
    """A student's own due date, in UTC. handed_in: None where nothing is said of it, or nothing was handed in."""

    student: str
    due: datetime
    length: timedelta
    handed_in: datetime | None = None

    @property
    def late(self) -> timedelta:
        """How late the submission is, by this due date; zero for one that is in time, or whose time is unknown."""
        return max(self.handed_in - self.due, timedelta(0)) if self.handed_in else timedelta(0)


def list_extensions(course: CourseFolder, assignment: str) -> tuple[datetime | None, list[Extension]]:
    """When the assignment is due, None for never, and the extensions, by the names of students."""
    with course.gradebook() as gradebook:
        due = _due(gradebook, assignment)
        if due is None:
            return None, []
        rows = sorted(gradebook.assignment_submissions(assignment), key=lambda row: row.student_id)
        return due, [_extension(course, row) for row in rows if row.extension is not None]


def grant_extension(
    course: CourseFolder, assignment: str, student: str, *, days: float | None = None, until: str = ""
) -> Extension:
    """Let the student hand in later: `days` after the due date, or `until` a time. It replaces an earlier extension.

    Raises: UsageError for an unknown assignment or student, or a time that is unclear or not later than the due date;
    CourseError when the assignment has no due date.
    """
    course.require(assignment)
    with course.gradebook() as gradebook:
        due = _due(gradebook, assignment)
        if due is None:
            raise CourseError(
                say(
                    "{assignment} has no due date, so nothing can be extended; set it first, in the course "
                    "folder: {run}",
                    assignment=assignment,
                    run=ADD_DUE.format(assignment),
                )
            )
        _require_student(course, gradebook, student)
        length = _length(due, days, until)
        is_registered = bool(gradebook.find_assignment(assignment).notebooks)
    keep_copy(course, f"extend {assignment}")
    if not is_registered:  # nbgrader gives a submission the cells that the assignment has when it is made
        register(course, assignment)
    with course.gradebook() as gradebook, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SQLAlchemy's, about how nbgrader adds rows
        gradebook.update_or_create_student(student)
        gradebook.update_or_create_submission(assignment, student)
        gradebook.grant_extension(assignment, student, days=length / timedelta(days=1))
        return _extension(course, gradebook.find_submission(assignment, student))


def remove_extension(course: CourseFolder, assignment: str, student: str) -> datetime:
    """Take an extension back; the due date that counts again. Raises UsageError when there is none."""
    course.require(assignment)
    due, extensions = list_extensions(course, assignment)
    names = [extension.student for extension in extensions]
    if due is None or student not in names:
        raise UsageError(
            say(
                "{student} has no extension for {assignment}; who has: {others}",
                student=repr(student),
                assignment=assignment,
                others=", ".join(names) or say("nobody"),
            )
        )
    keep_copy(course, f"extend {assignment}")
    with course.gradebook() as gradebook:
        gradebook.grant_extension(assignment, student)
    return due


def _due(gradebook: Any, assignment: str) -> datetime | None:
    from nbgrader.api import MissingEntry

    try:
        return gradebook.find_assignment(assignment).duedate
    except MissingEntry:
        return None


def _require_student(course: CourseFolder, gradebook: Any, student: str) -> None:
    known = sorted({*course.students(), *(each.id for each in gradebook.students)})
    if student not in known:
        raise UsageError(
            say(
                "no student is named {student}; known: {known}; a student who has not handed in "
                "anything yet is added with `nbgrader db student add NAME` in the course folder",
                student=repr(student),
                known=", ".join(known) or say("none"),
            )
        )


def _length(due: datetime, days: float | None, until: str) -> timedelta:
    if (days is None) is not bool(until):
        raise UsageError(say("expected either --days N or --until TIME"))
    if days is not None:
        if not 0 < days <= LONGEST.days:
            raise UsageError(
                say(
                    "--days: expected a number above 0, at most {most}; got {given}",
                    most=LONGEST.days,
                    given=f"{days:g}",
                )
            )
        return timedelta(days=days)
    try:
        length = parse_time(until) - due
    except AmbiguousTime as error:
        raise UsageError(f"--until: {error}") from error
    if not timedelta(0) < length <= LONGEST:
        raise UsageError(
            say(
                "--until: expected a time after the due date, {due}, and within ten years; got {given}",
                due=shown_time(due),
                given=until,
            )
        )
    return length


def _extension(course: CourseFolder, row: Any) -> Extension:
    try:
        handed_in = handed_in_at(course.submitted / row.student_id / row.assignment.name)
    except AmbiguousTime:  # `course grade` says what is wrong with it
        handed_in = None
    return Extension(row.student_id, row.duedate, row.extension, handed_in)


def shown_time(moment: datetime) -> str:
    """The moment, which is UTC's, to the minute, or to the second where it has some: "2026-12-01 23:59 UTC"."""
    return f"{moment:%Y-%m-%d %H:%M}{f':{moment:%S}' if moment.second else ''} UTC"
