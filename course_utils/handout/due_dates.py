"""Until when assignments are to be handed in, from the gradebook: the students' start page shows it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timezone

from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.course.gradebook_copy import is_there


def due_dates(course: CourseFolder, assignments: Iterable[str]) -> dict[str, str]:
    """Assignment -> its due date as an ISO time in UTC, of those that have one; {} where there is no gradebook yet.

    Raises CourseError for a gradebook that cannot be read.
    """
    if not is_there(course.nbgrader().db_url):
        return {}
    wanted = set(assignments)
    with course.gradebook() as gradebook:
        due = {assignment.name: assignment.duedate for assignment in gradebook.assignments}
    known = {name: time for name, time in sorted(due.items()) if name in wanted and time is not None}
    return {name: time.replace(tzinfo=timezone.utc).isoformat() for name, time in known.items()}
