"""Late penalties that are no longer those of today's rule, dates, extensions and points, and the right ones.

A person's points, an extension or a restored copy change what lateness costs, and write no penalty.
"""

from __future__ import annotations

from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.gradebook.backups import keep_copy
from course_utils.grading.gradebook.ledger import Ledger
from course_utils.grading.gradebook.results import ClassResults, State


def outdated_penalties(course: CourseFolder, results: ClassResults) -> list[str]:
    """The students whose penalty in the gradebook is an old one; nothing is written.

    The penalty of an earlier version is that version's, and stays. Raises LateRuleError when the course's rule fails.
    """
    graded = [each.student for each in results.students if each.state in (State.GRADED, State.NEEDS_MANUAL)]
    may_be_late = results.due is not None or any(each.penalty for each in results.students)
    if not may_be_late:
        return []
    with Ledger(course, results.assignment) as ledger:
        return ledger.outdated_penalties(graded)


def renew_penalties(course: CourseFolder, results: ClassResults, command: str) -> list[str]:
    """Write the penalties of now, after a copy of the gradebook, where they are others; whose they are.

    Raises as `outdated_penalties` does.
    """
    students = outdated_penalties(course, results)
    if students:
        keep_copy(course, command)
        with Ledger(course, results.assignment) as ledger:
            ledger.renew_penalties(students)
    return students
