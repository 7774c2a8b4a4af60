"""`course extend`: a later due date for one student, and the list of all of them."""

from __future__ import annotations

from datetime import timedelta

from course_utils.errors import UsageError
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.course.lock import writing
from course_utils.grading.gradebook.extensions import (
    ADD_DUE,
    Extension,
    grant_extension,
    list_extensions,
    remove_extension,
    shown_time,
)
from course_utils.text import tidy
from course_utils.translation import say


def run_extend(
    course: CourseFolder, assignment: str, student: str | None, days: float | None, until: str | None, remove: bool
) -> int:
    """Grant, remove or, without a student, list.

    Raises: UsageError for words that do not go together, and what the module of extensions raises.
    """
    course.require(assignment)
    if student is None:
        if remove or days is not None or until is not None:
            raise UsageError("whose extension? expected: course extend ASSIGNMENT STUDENT --days N")
        return _list(course, assignment)
    if remove and (days is not None or until is not None):
        raise UsageError("--remove goes with neither --days nor --until")
    with writing(course, f"./course extend {assignment}"):
        print(_changed(course, assignment, student, days, until, remove))
    return 0


def _changed(
    course: CourseFolder, assignment: str, student: str, days: float | None, until: str | None, remove: bool
) -> str:
    """Grant or remove; what to say of it."""
    if remove:
        due = remove_extension(course, assignment, student)
        return f"{student}: {assignment} is due {shown_time(due)} again, as for everybody; {_apply(course, assignment)}"
    extension = grant_extension(course, assignment, student, days=days, until=until or "")
    return f"{_line(extension)}; {_apply(course, assignment)}"


def _list(course: CourseFolder, assignment: str) -> int:
    due, extensions = list_extensions(course, assignment)
    if due is None:
        print(f"{assignment} has no due date: nobody is late. To set one: {ADD_DUE.format(assignment)}")
        return 0
    print(f"{assignment} is due {shown_time(due)}; {len(extensions) or 'no'} extension{'s'[: len(extensions) != 1]}")
    for extension in extensions:
        print(_line(extension))
    return 0


def _line(extension: Extension) -> str:
    line = f"{tidy(extension.student)}: due {shown_time(extension.due)}, {_days(extension.length)} later"
    if extension.handed_in is None:
        return line
    is_late = f"{_days(extension.late)} late" if extension.late else "in time"
    return f"{line}; handed in {shown_time(extension.handed_in)}, {is_late}"


def _days(length: timedelta) -> str:
    """ "3 days", "1 day 2 h", "5 min": to the minute, and never "0 min"."""
    minutes = max(1, round(length / timedelta(minutes=1)))
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    parts = [(days, "day" if days == 1 else "days"), (hours, "h"), (minutes, "min")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number)


def _apply(course: CourseFolder, assignment: str) -> str:
    return say("{run} applies it", run=course.command(f"grade {assignment}"))
