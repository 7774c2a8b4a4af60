"""What is printed: it fits the terminal, and nothing in it is an order to the terminal."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from course_utils.grading.gradebook.class_table import print_overview, print_report
from course_utils.grading.gradebook.results import ClassResults, Part, Score, State, StudentResult
from tests.grading.gradebook.conftest import BLEND, BONUS, FORWARD, WHY, student

PARTS = tuple(Part("gru", f"gru-question-number-{number}", 2.5) for number in range(1, 13))


def printed(show, shown, width=80):
    """The lines on a terminal of this width."""
    file = io.StringIO()
    show(shown, Console(file=file, width=width, force_terminal=True, color_system=None))
    return file.getvalue().splitlines()


@pytest.mark.parametrize("count", [7, 12])
def test_a_row_is_a_line_of_80_columns_whatever_the_number_of_parts_and_the_length_of_states(count):
    value = 1.25 if count == 7 else 0.5
    scores = {part: Score(value, needs_manual=not number) for number, part in enumerate(PARTS[:count])}
    here = [StudentResult(f"s{number:02}", State.NEEDS_MANUAL, "", scores) for number in range(20)]
    broken = StudentResult("s20", State.NOT_GRADED, f"there is no gru.ipynb, only {' or '.join(['a long name'] * 9)}")
    results = ClassResults("gru", PARTS[:count], (*here, broken), names={"s01": "Ada Lovelace", "s02": "王小明"})
    lines = printed(print_report, results)
    rows = [line for line in lines if line.startswith("s") and ":" not in line]
    assert len(rows) == 22 and max(map(len, rows)) <= 80  # with the head
    assert "Ada" in rows[2] and "王" in rows[3] and rows[-1].rstrip().endswith("not graded")
    assert rows[1].split()[2:3] == [str(value)] and rows[1].rstrip().endswith("manual")
    assert f"s20: {broken.reason}" in lines and any("1 gru-question-number-1 of 2.5" in line for line in lines)


def test_where_there_is_room_the_table_has_all_its_words(results):
    lines = printed(print_report, results, 160)
    assert "gru-forward" in "".join(lines) and "1 gru-forward" not in "".join(lines)
    assert any("陈, 晨" in line and "not graded: gru.ipynb is empty" in line for line in lines)


def test_the_overview_fits_too_and_has_its_signs_where_there_is_room(overview):
    lines = printed(print_overview, overview)
    assert max(map(len, lines)) <= 80 and any(line.split()[:1] == ["olga"] for line in lines)
    olga = next(line for line in printed(print_overview, overview, 160) if "olga" in line)
    assert "not handed in: gru, lstm" in olga


def test_who_did_not_hand_in_is_counted(results):
    assert any("5 students: 3 graded" in line for line in printed(print_report, results, 160))
    assert any(", 1 needs manual grading, " in line for line in printed(print_report, results, 160))
    more = replace(results, students=(*results.students, student("olga", waiting=True)))
    assert any(", 2 need manual grading, " in line for line in printed(print_report, more, 160))
    lines = printed(print_report, replace(results, absent=("olga",)), 160)
    assert any(line.endswith("; 1 more did not hand in") for line in lines)


def test_without_a_terminal_a_table_has_80_columns_or_those_that_columns_says(results, overview, capsys, monkeypatch):
    known = replace(results, names={"bence": "Bence Kovács-Szabó of the evening class"})
    for columns in ("", "120"):
        monkeypatch.setenv("COLUMNS", columns)
        print_report(known)
        print_overview(overview)
        widths = {len(line) for line in capsys.readouterr().out.splitlines() if " × " not in line}
        assert (max(widths) > 80) is (columns == "120") and max(widths) <= int(columns or 80)


def test_what_lateness_costs_is_a_column_where_somebody_was_late(overview, results):
    lstm = overview.assignments[1]
    for width in (60, 160):
        lines = printed(print_report, lstm, width)
        assert any(" late " in line for line in lines)
        assert "−0.5" in next(line for line in lines if "bence" in line)
    assert not any("late" in line for line in printed(print_report, results, 160))


def test_misunderstandings_that_are_not_shown_are_counted(results):
    many = tuple(student(f"s{number}", 0.0, diagnosis=f"mistake {number}") for number in range(7))
    assert "and 2 more, in the report" in printed(print_report, replace(results, students=many))
    assert not any("more, in" in line for line in printed(print_report, replace(results, students=many[:5])))


def test_the_whole_table_is_plain_text_where_there_is_room(results):
    file = io.StringIO()
    print_report(results, Console(file=file, width=240))
    text = file.getvalue()
    line = next(line for line in text.splitlines() if "陈, 晨" in line)
    assert "not graded: gru.ipynb is empty" in line
    assert f"2 × {BLEND}" in text and "\x1b" not in text


def test_markup_in_a_name_is_printed_as_it_is():
    file = io.StringIO()
    print_report(ClassResults("gru", (FORWARD,), (student("[bold]x[/bold]"),)), Console(file=file, width=240))
    assert "[bold]x[/bold]" in file.getvalue()


def test_nothing_that_is_printed_is_an_order_to_the_terminal():
    odd = student("\x1b[2Jada\udcff", 0.0, diagnosis="got a \x1b]0;mine\x07")
    failed = StudentResult("bo\x9b2J", State.NOT_GRADED, "only \x1b[31m.ipynb")
    console = Console(file=io.StringIO(), width=200)
    print_report(ClassResults("gru", (FORWARD, WHY, BONUS), (odd, failed)), console)
    assert console.file.getvalue().replace("\n", "").isprintable()
