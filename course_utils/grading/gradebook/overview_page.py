"""The overview of the course as a page and as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
import statistics
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from course_utils.filesystem import write_atomically
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.gradebook.overview import CourseOverview, Outcome, StudentOverview, distribution
from course_utils.grading.gradebook.report import BOM, points, report_folder, safe_row, templates
from course_utils.grading.gradebook.results import State
from course_utils.translation import say, to_say

NAME = "overview"
BY_NEED = to_say(
    "Who may need help comes first: the larger the share of points lost, the higher. What counts as lost: the points "
    "missing in what is graded, and all points of an assignment that is due and was not handed in. What waits for a "
    "person counts neither way; nor do a bonus and penalties for lateness."
)
KNOWN_SO_FAR = to_say(
    ": points that wait for a person, and are in no sum. “Known so far” is of what is graded only: nothing that is not "
    "graded, or was not handed in, is in it as a zero."
)
MONTHS = (
    *(to_say("Jan"), to_say("Feb"), to_say("Mar"), to_say("Apr"), to_say("May"), to_say("Jun")),
    *(to_say("Jul"), to_say("Aug"), to_say("Sep"), to_say("Oct"), to_say("Nov"), to_say("Dec")),
)


def write_overview(course: CourseFolder, overview: CourseOverview) -> tuple[Path, Path]:
    """Write `reports/overview.html` and `.csv`, anonymous ones into `reports/anonymous/`, and return their paths."""
    folder = report_folder(course, is_anonymous=overview.is_anonymous)
    page, table = folder / f"{NAME}.html", folder / f"{NAME}.csv"
    write_atomically(page, html_overview(overview))
    write_atomically(table, BOM + csv_overview(overview))
    return page, table


def html_overview(overview: CourseOverview) -> str:
    """One self-contained page: no scripts, nothing to load; names and reasons are escaped."""
    environment = templates()
    environment.filters |= {"day": _day, "shade": _shade}
    return environment.get_template("overview.html.j2").render(
        overview=overview,
        State=State,
        by_need=BY_NEED,
        known_so_far=KNOWN_SO_FAR,
        distribution=distribution,
        median=statistics.median,
    )


def csv_overview(overview: CourseOverview) -> str:
    """One row per student, in the page's order; an unknown value is an empty field, never a zero."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    columns = [f"{results.assignment} {what}" for results in overview.assignments for what in ("points", "of", "state")]
    names = [] if overview.is_anonymous else ["name"]
    head = ["student", *names, *columns, "known points", "known of", "waiting", "share lost"]
    writer.writerow(safe_row(head + ([] if overview.is_anonymous else ["signs"])))
    for row in overview.students:
        writer.writerow(safe_row(list(_fields(row, is_anonymous=overview.is_anonymous))))
    return file.getvalue()


def _fields(row: StudentOverview, *, is_anonymous: bool) -> Iterator[str]:
    yield row.student
    if not is_anonymous:
        yield row.name
    for outcome in row.outcomes:
        yield "" if outcome.points is None else points(outcome.points)
        yield points(outcome.known_max) if outcome.points is not None else ""
        yield outcome.state
    yield "" if row.points is None else points(row.points)
    yield points(row.known_max) if row.points is not None else ""
    yield points(row.waiting)
    yield "" if row.need is None else f"{row.need:.3f}"
    if not is_anonymous:
        yield say("; ").join(row.signs)


def _shade(outcome: Outcome) -> str:
    """The class of a cell: all, some or less than half of what is known."""
    share = outcome.share
    if share is None:
        return "soft"
    return "full" if share >= 1 - 1e-9 else "some" if share >= 1 / 2 else "none"


def _day(moment: datetime) -> str:
    return say("{day} {month}", day=moment.day, month=say(MONTHS[moment.month - 1]))
