"""The class report: a page and a spreadsheet of each student's points, and of the class's misunderstandings."""

from __future__ import annotations

import csv
import io
import statistics
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from course_utils.filesystem import write_atomically
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.gradebook.results import ClassResults, Part, Score, State, StudentResult
from course_utils.text import tidy

BOM = "\ufeff"  # a spreadsheet takes a file without it for the system's own encoding
STATE_STYLES = {State.GRADED: "green", State.NEEDS_MANUAL: "yellow", State.NOT_GRADED: "red"}


def write_report(course: CourseFolder, results: ClassResults) -> tuple[Path, Path]:
    """Write `reports/ASSIGNMENT.html` and `.csv` in the course folder, and return their paths."""
    page = course.reports / f"{results.assignment}.html"
    table = course.reports / f"{results.assignment}.csv"
    write_atomically(page, html_report(results))
    write_atomically(table, BOM + csv_report(results))
    return page, table


def html_report(results: ClassResults) -> str:
    """The report as one self-contained page: no scripts, nothing to load; names and messages are escaped."""
    environment = Environment(
        loader=PackageLoader("course_utils.grading.gradebook", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["points"] = points
    return environment.get_template("report.html.j2").render(
        results=results,
        State=State,
        percents=[percent for _, percent in _graded(results)],
        median=_median(results),
        median_label=median_label(results),
        part_means=_part_means(results),
        misunderstandings=results.misunderstandings(),
    )


def csv_report(results: ClassResults) -> str:
    """The report as a table: one row per student; an unknown value is an empty field, never a zero."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    names = [part.name for part in results.parts]
    writer.writerow(safe_row(["student", "state", *names, "points", "max", "percent", "reason", "found elsewhere"]))
    for result in results.students:
        scores = [result.scores.get(part) for part in results.parts]
        cells = ["" if score is None or score.needs_manual else points(score.points) for score in scores]
        percent = results.percent(result)
        writer.writerow(
            [
                *safe_row([result.student, result.state.value]),
                *cells,
                "" if result.points is None else points(result.points),
                points(results.max_points),
                "" if percent is None else f"{percent:.1f}",
                *safe_row([result.reason, result.elsewhere]),
            ]
        )
    return file.getvalue()


def safe_row(cells: list[str]) -> list[str]:
    """The texts, with an apostrophe before those that a spreadsheet would run as a formula."""
    return ["'" + cell if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell for cell in cells]


def points(value: float) -> str:
    """The number with at most two decimals, and none that it does not need: "3", "2.5"."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def print_report(results: ClassResults, console: Console | None = None) -> None:
    """Print the class table and the commonest misunderstandings; without a terminal plain and wide."""
    console = console or _console()
    console.print(_class_table(results))
    console.print(f"{summary(results)}\n", highlight=False)
    for item in results.misunderstandings()[:5]:
        line = Text(f"{len(item.students):>3} × ", style="bold")
        line.append(tidy(item.diagnosis, 400), style="not bold")
        line.append(f"  {', '.join(item.parts)}: {', '.join(map(tidy, item.students))}", style="dim not bold")
        console.print(line, soft_wrap=True)


def summary(results: ClassResults) -> str:
    """One line: how many students, in which states, and the median."""
    counts = (f"{results.count(state)} {state.value}" for state in State if results.count(state))
    median = _median(results)
    ending = "" if median is None else f"; {median_label(results)} {median:.0f} %"
    return f"{len(results.students)} students: {', '.join(counts)}{ending}"


def median_label(results: ClassResults) -> str:
    """What to call the median: written answers that nobody has graded yet are not in it."""
    return "median so far" if results.count(State.NEEDS_MANUAL) else "median"


def _console() -> Console:
    console = Console()
    return console if console.is_terminal else Console(width=240)


def _class_table(results: ClassResults) -> Table:
    table = Table(title=results.assignment, box=SIMPLE_HEAD, title_justify="left", title_style="bold")
    table.add_column("student", overflow="fold")
    for part in results.parts:
        table.add_column(f"{part.name}\n{_of(part)}", justify="right", overflow="fold")
    table.add_column(f"points\nof {points(results.max_points)}", justify="right", style="bold")
    table.add_column("%", justify="right")
    table.add_column("state", overflow="fold")
    if any(result.elsewhere for result in results.students):
        table.add_column("found elsewhere", overflow="fold")
    for result in results.students:
        table.add_row(*list(_cells(results, result))[: len(table.columns)])
    return table


def _of(part: Part) -> str:
    return f"{'+' if part.is_bonus else 'of '}{points(part.max_points)}"


def _cells(results: ClassResults, result: StudentResult) -> Iterator[Text]:
    yield Text(tidy(result.student))
    for part in results.parts:
        yield _score_text(result.scores.get(part), part.max_points)
    percent = results.percent(result)
    yield Text("–" if result.points is None else points(result.points))
    yield Text("–" if percent is None else f"{percent:.0f}")
    yield Text(
        tidy(": ".join(filter(None, (result.state.value, result.reason))), 400), style=STATE_STYLES[result.state]
    )
    yield Text(tidy(result.elsewhere, 400), style="yellow" if result.found else "")


def _score_text(score: Score | None, max_points: float) -> Text:
    if score is None:
        return Text("–", style="dim")
    if score.needs_manual:
        return Text("?", style="yellow")
    return Text(points(score.points), style="" if score.points >= max_points else "red")


def _graded(results: ClassResults) -> list[tuple[StudentResult, float]]:
    pairs = ((result, results.percent(result)) for result in results.students)
    return [(result, percent) for result, percent in pairs if percent is not None]


def _median(results: ClassResults) -> float | None:
    percents = [percent for _, percent in _graded(results)]
    return statistics.median(percents) if percents else None


def _part_means(results: ClassResults) -> list[float | None]:
    """The class's mean of each part, from 0 to 1, over those whose points are known."""
    means = []
    for part in results.parts:
        scores = [result.scores[part] for result in results.students if part in result.scores]
        known = [score.points for score in scores if not score.needs_manual]
        means.append(statistics.mean(known) / part.max_points if known and part.max_points else None)
    return means
