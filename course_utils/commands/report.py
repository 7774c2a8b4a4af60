"""`course report`: the class report of an assignment, or without one the overview of the course."""

from __future__ import annotations

from dataclasses import replace

from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.gradebook.class_table import print_overview, print_report
from course_utils.grading.gradebook.overview import course_overview
from course_utils.grading.gradebook.overview_page import write_overview
from course_utils.grading.gradebook.pseudonyms import anonymous
from course_utils.grading.gradebook.report import write_report
from course_utils.grading.gradebook.results import class_results


def run_report(course: CourseFolder, assignment: str | None, *, is_anonymous: bool) -> int:
    """Write the pages and tables, print the class and where they are.

    Raises: UsageError for an unknown assignment; CourseError when nothing was graded.
    """
    if assignment is None:
        overview = course_overview(course)
        if is_anonymous:
            assignments = tuple(anonymous(course, results) for results in overview.assignments)
            overview = replace(overview, assignments=assignments, is_anonymous=True)
        written = write_overview(course, overview)
        print_overview(overview)
    else:
        results = class_results(course, assignment)
        if is_anonymous:
            results = anonymous(course, results)
        written = write_report(course, results, is_anonymous=is_anonymous)
        print_report(results)
    for path in written:
        print(path)
    return 0
