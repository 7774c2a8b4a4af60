"""A class and a course in the terminal: tables that fit, with what does not fit into them in lines below."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from course_utils.grading.gradebook.overview import CourseOverview, Outcome, StudentOverview
from course_utils.grading.gradebook.report import late_label, median_label, median_of, percent_label, points
from course_utils.grading.gradebook.results import ClassResults, Part, Score, State, StudentResult
from course_utils.text import tidy
from course_utils.translation import say, say_sentences, to_say

STYLES = {State.GRADED: "green", State.NEEDS_MANUAL: "yellow", State.EARLIER: "yellow", State.NOT_GRADED: "red"}
SHORT = {
    State.GRADED: to_say("graded"),
    State.NEEDS_MANUAL: to_say("manual"),
    State.EARLIER: to_say("earlier"),
    State.NOT_GRADED: to_say("not graded"),
}
SHOWN = 5  # misunderstandings
NARROWEST = 6  # columns of a student's name


def print_report(results: ClassResults, console: Console | None = None) -> None:
    """Print the class table and the commonest misunderstandings; without a terminal in 80 columns, or `COLUMNS`."""
    console = console or Console()
    whole = _class_table(results)
    if _fits(whole, console):
        console.print(whole)
    else:
        console.print(_fitted(_short_table(results), console))
        _print_notes(results, console)
    console.print(f"{summary(results)}\n", highlight=False)
    found = results.misunderstandings()
    for item in found[:SHOWN]:
        line = Text(f"{len(item.students):>3} × ", style="bold")
        line.append(tidy(item.diagnosis, 400), style="not bold")
        line.append(f"  {', '.join(item.parts)}: {', '.join(map(tidy, item.students))}", style="dim not bold")
        console.print(line, soft_wrap=True)
    if len(found) > SHOWN:
        console.print(say("and {count} more, in the report", count=len(found) - SHOWN), style="dim", highlight=False)


def print_overview(overview: CourseOverview, console: Console | None = None) -> None:
    """Print students × assignments, those who may need help first."""
    console = console or Console()
    whole = _course_table(overview, lambda results: results.assignment, with_signs=True)
    if _fits(whole, console):
        console.print(whole)
    else:
        short = _course_table(overview, lambda results: results.assignment[:8], with_signs=False)
        console.print(_fitted(short, console))
    order = BY_PSEUDONYMS if overview.is_anonymous else BY_NEED
    told = say_sentences(say(order, count=len(overview.students)), say(LEGEND))
    console.print(f"{told}\n", highlight=False)


BY_PSEUDONYMS = to_say("{count} students, by their pseudonyms.")
BY_NEED = to_say("{count} students, who lost the largest share of points first.")
LEGEND = to_say("? waits for a person, ✗ not graded, – not handed in, · not due yet")


def summary(results: ClassResults) -> str:
    """One line: how many students, in which states, the median, and how many did not hand in."""
    counts = say(", ").join(state.counted(count) for state in State if (count := results.count(state)))
    facts = [say("{count} students: {states}", count=len(results.students), states=counts)]
    median = median_of(results)
    if median is not None:
        facts.append(say("{median} {percent} %", median=median_label(results), percent=f"{median:.0f}"))
    if results.absent:
        facts.append(say("{count} more did not hand in", count=len(results.absent)))
    return say("; ").join(facts)


def _fits(table: Table, console: Console) -> bool:
    return _width(table, console) <= console.width


def _width(table: Table, console: Console) -> int:
    return Measurement.get(console, console.options.update(max_width=10_000), table).maximum


def _fitted(table: Table, console: Console) -> Table:
    """The table with its first column, the students', as narrow as it has to be; numbers are not cut."""
    labels = table.columns[0]
    widest = max((cell_len(str(cell)) for cell in labels.cells), default=0)
    too_wide = _width(table, console) - console.width
    if too_wide > 0:
        labels.max_width = max(NARROWEST, widest - too_wide)
    return table


def _label(student: str, name: str) -> str:
    return tidy(f"{student}  {name}" if name else student)


def _table(title: str) -> Table:
    table = Table(title=tidy(title), box=SIMPLE_HEAD, title_justify="left", title_style="bold")
    table.add_column(say("student"), overflow="fold")
    return table


def _class_table(results: ClassResults) -> Table:
    table = _table(results.assignment)
    for part in results.parts:
        table.add_column(f"{part.name}\n{_of(part)}", justify="right", overflow="fold")
    if results.has_late:
        table.add_column(say("late"), justify="right")
    of = say("of {points}", points=points(results.max_points))
    table.add_column(f"{say('points')}\n{of}", justify="right", style="bold")
    table.add_column(f"%\n{percent_label(results)}", justify="right")
    table.add_column(say("state"), overflow="fold")
    if any(result.elsewhere for result in results.students):
        table.add_column(say("found elsewhere"), overflow="fold")
    for result in results.students:
        state = tidy(say(": ").join(filter(None, (result.state.label, result.reason))), 400)
        last = Text(tidy(result.elsewhere, 400), style="yellow" if result.found else "")
        row = [*_cells(results, result), Text(state, style=STYLES[result.state]), last]
        table.add_row(*row[: len(table.columns)])
    return table


def _short_table(results: ClassResults) -> Table:
    """The parts by their numbers, the states in a word."""
    table = Table(
        title=tidy(results.assignment), box=None, title_justify="left", title_style="bold", padding=(0, 1, 0, 0)
    )
    table.add_column(say("student"), no_wrap=True, overflow="ellipsis")
    for number, _ in enumerate(results.parts, 1):
        table.add_column(str(number), justify="right", no_wrap=True)
    for name in (say("late"), say("points"), "%") if results.has_late else (say("points"), "%"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column(say("state"), no_wrap=True)
    for result in results.students:
        table.add_row(*_cells(results, result), Text(say(SHORT[result.state]), style=STYLES[result.state]))
    return table


def _print_notes(results: ClassResults, console: Console) -> None:
    """What the short table leaves out: the names of the parts, the reasons, what was found."""
    legend = ", ".join(f"{number} {part.name} {_of(part)}" for number, part in enumerate(results.parts, 1))
    legend = say("{parts}, points of {points}", parts=legend, points=points(results.max_points))
    console.print(legend, style="dim", highlight=False, markup=False)
    for result in results.students:
        for style, text in ((STYLES[result.state], result.reason), ("yellow", result.elsewhere)):
            if text:
                console.print(Text(f"{tidy(result.student)}: {tidy(text, 400)}", style=style), soft_wrap=True)


def _of(part: Part) -> str:
    return f"+{points(part.max_points)}" if part.is_bonus else say("of {points}", points=points(part.max_points))


def _cells(results: ClassResults, result: StudentResult) -> Iterator[Text]:
    yield Text(_label(result.student, results.names.get(result.student, "")))
    for part in results.parts:
        yield _score_text(result.scores.get(part), part.max_points)
    percent = results.percent(result)
    if results.has_late:
        yield Text(late_label(result), style="red")
    yield Text("–" if result.points is None else points(result.points))
    yield Text("–" if percent is None else f"{percent:.0f}")


def _score_text(score: Score | None, max_points: float) -> Text:
    if score is None:
        return Text("–", style="dim")
    if score.needs_manual:
        return Text("?", style="yellow")
    return Text(points(score.points), style="" if score.points >= max_points else "red")


def _course_table(overview: CourseOverview, name: Callable[[ClassResults], str], *, with_signs: bool) -> Table:
    table = _table(say("the course"))
    table.columns[0].no_wrap, table.columns[0].overflow = True, "ellipsis"
    for results in overview.assignments:
        of = say("of {points}", points=points(results.max_points))
        table.add_column(f"{name(results)}\n{of}", justify="right", no_wrap=True)
    table.add_column(say("known"), justify="right", no_wrap=True)
    table.add_column("%", justify="right", no_wrap=True)
    if with_signs and not overview.is_anonymous:
        table.add_column(say("signs"), overflow="fold")
    for row in overview.students:
        known = known_points(row)
        percent = "–" if row.percent is None else f"{row.percent:.0f}"
        cells = [Text(_label(row.student, row.name)), *map(_outcome_text, row.outcomes), Text(known), Text(percent)]
        table.add_row(*cells, *([Text(tidy(say("; ").join(row.signs)))] if len(table.columns) > len(cells) else []))
    return table


def known_points(row: StudentOverview) -> str:
    """The sum of what is known, and of how many points it is: "7 of 8"."""
    if row.points is None:
        return "–"
    return say("{points} of {max_points}", points=points(row.points), max_points=points(row.known_max))


def _outcome_text(outcome: Outcome) -> Text:
    if outcome.result is None:
        return Text("–", style="red") if outcome.is_due else Text("·", style="dim")
    if outcome.points is None:
        return Text("✗", style="red")
    style = "red" if outcome.is_weak else ""
    return Text(points(outcome.points) + ("?" if outcome.waiting else ""), style=style)
