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
from course_utils.translation import say, to_say

DUE = {0: to_say("{name} is due {due}; no extensions"), 1: to_say("{name} is due {due}; 1 extension")}
DUE_AND_MORE = to_say("{name} is due {due}; {count} extensions")


def run_extend(
    course: CourseFolder, assignment: str, student: str | None, days: float | None, until: str | None, remove: bool
) -> int:
    """Grant, remove or, without a student, list.

    Raises: UsageError for words that do not go together, and what the module of extensions raises.
    """
    course.require(assignment)
    if student is None:
        if remove or days is not None or until is not None:
            raise UsageError(say("whose extension? expected: course extend ASSIGNMENT STUDENT --days N"))
        return _list(course, assignment)
    if remove and (days is not None or until is not None):
        raise UsageError(say("--remove goes with neither --days nor --until"))
    with writing(course, f"./course extend {assignment}"):
        print(_changed(course, assignment, student, days, until, remove))
    return 0


def _changed(
    course: CourseFolder, assignment: str, student: str, days: float | None, until: str | None, remove: bool
) -> str:
    """Grant or remove; what to say of it."""
    if remove:
        due = remove_extension(course, assignment, student)
        parts = {"student": student, "name": assignment, "due": shown_time(due), "apply": _apply(course, assignment)}
        return say("{student}: {name} is due {due} again, as for everybody; {apply}", **parts)
    extension = grant_extension(course, assignment, student, days=days, until=until or "")
    return say("; ").join([_line(extension), _apply(course, assignment)])


def _list(course: CourseFolder, assignment: str) -> int:
    due, extensions = list_extensions(course, assignment)
    if due is None:
        to_set = ADD_DUE.format(assignment)
        print(say("{name} has no due date: nobody is late. To set one: {command}", name=assignment, command=to_set))
        return 0
    print(say(DUE.get(len(extensions), DUE_AND_MORE), name=assignment, due=shown_time(due), count=len(extensions)))
    for extension in extensions:
        print(_line(extension))
    return 0


def _line(extension: Extension) -> str:
    until = {"student": tidy(extension.student), "due": shown_time(extension.due), "length": _days(extension.length)}
    line = say("{student}: due {due}, {length} later", **until)
    if extension.handed_in is None:
        return line
    parts = {"line": line, "time": shown_time(extension.handed_in)}
    if extension.late:
        return say("{line}; handed in {time}, {length} late", **parts, length=_days(extension.late))
    return say("{line}; handed in {time}, in time", **parts)


def _days(length: timedelta) -> str:
    """ "3 days", "1 day 2 h", "5 min": to the minute, and never "0 min"."""
    minutes = max(1, round(length / timedelta(minutes=1)))
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    day = to_say("{count} day") if days == 1 else to_say("{count} days")
    parts = [(days, day), (hours, to_say("{count} h")), (minutes, to_say("{count} min"))]
    return " ".join(say(unit, count=number) for number, unit in parts if number)


def _apply(course: CourseFolder, assignment: str) -> str:
    return say("{run} applies it", run=course.command(f"grade {assignment}"))
