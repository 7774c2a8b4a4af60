"""`course report`: the class report of an assignment, or without one the overview of the course."""

from __future__ import annotations

from dataclasses import replace

from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.gradebook.class_table import print_overview, print_report
from course_utils.grading.gradebook.ledger import LateRuleError
from course_utils.grading.gradebook.overview import course_overview
from course_utils.grading.gradebook.overview_page import write_overview
from course_utils.grading.gradebook.penalties import outdated_penalties
from course_utils.grading.gradebook.pseudonyms import anonymous
from course_utils.grading.gradebook.report import write_report
from course_utils.grading.gradebook.results import ClassResults, class_results
from course_utils.text import tidy
from course_utils.translation import say


def run_report(course: CourseFolder, assignment: str | None, *, is_anonymous: bool) -> int:
    """Write the pages and tables, print the class and where they are.

    Raises: UsageError for an unknown assignment; CourseError when nothing was graded.
    """
    old = []
    if assignment is None:
        overview = course_overview(course)
        old = [line for results in overview.assignments for line in _old_penalties(course, results, is_anonymous)]
        if is_anonymous:
            assignments = tuple(anonymous(course, results) for results in overview.assignments)
            overview = replace(overview, assignments=assignments, is_anonymous=True)
        written = write_overview(course, overview)
        print_overview(overview)
    else:
        results = class_results(course, assignment)
        old = _old_penalties(course, results, is_anonymous)
        if is_anonymous:
            results = anonymous(course, results)
        written = write_report(course, results, is_anonymous=is_anonymous)
        print_report(results)
    for line in (*old, *written):
        print(line)
    return 0


def _old_penalties(course: CourseFolder, results: ClassResults, is_anonymous: bool) -> list[str]:
    """What to say where the report's penalties are not those of now."""
    try:
        outdated = outdated_penalties(course, results)
    except LateRuleError as error:
        return [str(error)]
    if not outdated:
        return []
    students = say("{count} students", count=len(outdated)) if is_anonymous else ", ".join(map(tidy, outdated))
    run = course.command(f"grade {results.assignment}")
    return [
        say("{assignment}: the late penalties of {students} are old; run: {run}",
            assignment=results.assignment, students=students, run=run)
    ]  # fmt: skip
