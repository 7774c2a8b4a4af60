"""The class report: a page and a spreadsheet of each student's points, and of the class's misunderstandings."""

from __future__ import annotations

import csv
import io
import statistics
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from course_utils.filesystem import write_atomically
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.gradebook.results import (
    NOT_DUE,
    NOT_HANDED_IN,
    ClassResults,
    Misunderstanding,
    State,
    StudentResult,
)
from course_utils.translation import language, say, to_say

AFTER_THE_PARTS = ("late penalty", "points", "max", "known of", "percent", "reason", "found elsewhere")
BOM = "\ufeff"  # a spreadsheet takes a file without it for the system's own encoding


def write_report(course: CourseFolder, results: ClassResults, *, is_anonymous: bool = False) -> tuple[Path, Path]:
    """Write `reports/ASSIGNMENT.html` and `.csv` in the course folder, and return their paths.

    is_anonymous: whether the results have pseudonyms; they go into `reports/anonymous/`.
    """
    folder = report_folder(course, is_anonymous=is_anonymous)
    page, table = folder / f"{results.assignment}.html", folder / f"{results.assignment}.csv"
    write_atomically(page, html_report(results, is_anonymous=is_anonymous))
    write_atomically(table, BOM + csv_report(results))
    return page, table


def report_folder(course: CourseFolder, *, is_anonymous: bool) -> Path:
    """Where reports go; those in the folder for anonymous ones can be shown to all."""
    return course.reports / "anonymous" if is_anonymous else course.reports


def templates() -> Environment:
    """Of the pages: everything is escaped; numbers are written by the filter `points`, lateness by `lateness`."""
    environment = Environment(
        loader=PackageLoader("course_utils.grading.gradebook", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"points": points, "lateness": lateness}
    environment.globals |= {"say": say, "language": language}
    return environment


def html_report(results: ClassResults, *, is_anonymous: bool = False) -> str:
    """The report as one self-contained page: no scripts, nothing to load; names and messages are escaped."""
    return (
        templates()
        .get_template("report.html.j2")
        .render(
            results=results,
            is_anonymous=is_anonymous,
            State=State,
            percent_label=percent_label(results),
            late_label=late_label,
            percents=[percent for _, percent in _graded(results)],
            median=median_of(results),
            median_label=median_label(results),
            part_means=_part_means(results),
            misunderstandings=_by_part(results),
        )
    )


def csv_report(results: ClassResults) -> str:
    """The report as a table: one row per student, also of those who did not hand in.

    An unknown value is an empty field, never a zero. Headings and states are keys, the same in every language.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    names = [part.name for part in results.parts]
    writer.writerow(safe_row(["student", "name", "state", *names, *AFTER_THE_PARTS]))
    for result in results.students:
        writer.writerow(_row(results, result))
    for student in results.absent:
        state = NOT_DUE if student in results.not_due else NOT_HANDED_IN
        writer.writerow(
            safe_row([student, results.names.get(student, ""), state]) + [""] * (len(names) + len(AFTER_THE_PARTS))
        )
    return file.getvalue()


def _row(results: ClassResults, result: StudentResult) -> list[str]:
    scores = [result.scores.get(part) for part in results.parts]
    percent, is_known = results.percent(result), result.points is not None
    return [
        *safe_row([result.student, results.names.get(result.student, ""), result.state.value]),
        *("" if score is None or score.needs_manual else points(score.points) for score in scores),
        points(result.penalty) if is_known else "",
        "" if result.points is None else points(result.points),
        points(results.max_points),
        points(result.known_max) if is_known else "",
        "" if percent is None else f"{percent:.1f}",
        *safe_row([result.reason, result.elsewhere]),
    ]


def safe_row(cells: list[str]) -> list[str]:
    """The texts, with an apostrophe before those that a spreadsheet would run as a formula."""
    return ["'" + cell if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell for cell in cells]


def points(value: float) -> str:
    """The number with at most two decimals, and none that it does not need: "3", "2.5"."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def lateness(seconds: float) -> str:
    """How late it was, in one unit: "3 d late", "5 h late", "12 min late"."""
    for late, length in ((to_say("{count} d late"), 86_400), (to_say("{count} h late"), 3600)):
        if seconds >= length:
            return say(late, count=f"{seconds / length:.0f}")
    return say("{count} min late", count=max(1, round(seconds / 60)))


def late_label(result: StudentResult) -> str:
    """What lateness has cost: "−1.5", "0" of who was late for nothing, "" of who was not."""
    return f"−{points(result.penalty)}" if result.penalty else "0" if result.late else ""


def _graded(results: ClassResults) -> list[tuple[StudentResult, float]]:
    pairs = ((result, results.percent(result)) for result in results.students)
    return [(result, percent) for result, percent in pairs if percent is not None]


def median_of(results: ClassResults) -> float | None:
    """The median of the class in per cent; None where nobody is graded."""
    percents = [percent for _, percent in _graded(results)]
    return statistics.median(percents) if percents else None


def median_label(results: ClassResults) -> str:
    """What to call the median: written answers that nobody has graded yet are not in it."""
    return say("median so far") if results.count(State.NEEDS_MANUAL) else say("median")


def percent_label(results: ClassResults) -> str:
    """What the per cent are of; "" where all points are known."""
    return say("of known") if results.count(State.NEEDS_MANUAL) else ""


def _part_means(results: ClassResults) -> list[float | None]:
    """The class's mean of each part, from 0 to 1, over those whose points are known.

    None where they are known of fewer than half: the answers that are graded first, such as blank ones, are no sample.
    """
    means = []
    for part in results.parts:
        scores = [result.scores[part] for result in results.students if part in result.scores]
        known = [score.points for score in scores if not score.needs_manual]
        enough = 2 * len(known) >= len(scores) > 0
        means.append(statistics.mean(known) / part.max_points if enough and part.max_points else None)
    return means


def _by_part(results: ClassResults) -> list[tuple[str, int, list[Misunderstanding]]]:
    """The misunderstandings under the part that they cost first, with the number of students; the commonest first.

    What was not tried is in a group of its own, the last one, which has no name.
    """
    groups: dict[str, list[Misunderstanding]] = {}
    for item in results.misunderstandings():
        groups.setdefault("" if item.is_unwritten else item.parts[0], []).append(item)
    counted = [
        (part, len({student for item in items for student in item.students}), items) for part, items in groups.items()
    ]
    return sorted(counted, key=lambda group: (not group[0], -group[1]))
