"""`course answers`: the page for grading written answers."""

from __future__ import annotations

from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.gradebook.results import class_results
from course_utils.grading.gradebook.written_answers import write_answers
from course_utils.translation import say


def run_answers(course: CourseFolder, assignment: str, formgrader: str) -> None:
    """Write the page and print its path.

    Raises: UsageError for an unknown assignment; CourseError before any grading.
    """
    path = write_answers(course, class_results(course, assignment), formgrader.rstrip("/"))
    none = say("{name} has no written question: no graded cell of source/{name} is a text cell", name=assignment)
    print(path or none)
