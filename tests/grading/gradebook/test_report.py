"""The class report: true, safe to open, and honest about what is not known."""

from __future__ import annotations

import csv
import io
import re

import pytest
from rich.console import Console

from course_utils.grading.gradebook.class_table import print_report
from course_utils.grading.gradebook.report import csv_report, html_report, safe_row, write_report
from course_utils.grading.gradebook.results import ClassResults, State, StudentResult
from tests.grading.gradebook.conftest import BLEND, BONUS, FORWARD, WHY, student


def rows(results):
    return list(csv.DictReader(io.StringIO(csv_report(results), newline="")))


def test_the_table_has_a_row_a_student_and_no_zero_for_the_ungraded(results):
    table = {row["student"]: row for row in rows(results)}
    assert list(table) == ["amina", "bence", "'=cmd()", '<script>alert("x")</script>', "陈, 晨"]
    assert table["bence"]["gru-forward"] == "2.5" and table["bence"]["points"] == "4.5"
    ungraded = table["陈, 晨"]
    assert (ungraded["state"], ungraded["points"], ungraded["gru-forward"]) == ("not graded", "", "")
    assert ungraded["reason"] == "gru.ipynb is empty"


def test_a_part_that_waits_for_a_person_is_empty_in_the_table(results):
    assert rows(results)[2]["why"] == ""


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_text_becomes_a_formula(text):
    assert safe_row([text]) == ["'" + text]


def test_an_ordinary_text_stays_as_it_is():
    assert safe_row(["anna-maria", "3 = 4"]) == ["anna-maria", "3 = 4"]


def test_the_page_shows_names_and_diagnoses_as_text_only(results):
    page = html_report(results)
    assert "<script" not in page and "<img" not in page
    assert "&lt;script&gt;" in page and BLEND in page


def test_the_page_loads_nothing_and_knows_the_dark():
    page = html_report(ClassResults("gru", (FORWARD,), (student("amina", diagnosis=BLEND),)))
    assert not re.search(r"<[^>]*\b(src|href)\s*=|url\(|@import|https?://", page)
    assert "prefers-color-scheme: dark" in page


def test_the_page_of_a_class_without_any_graded_student():
    nobody = ClassResults("gru", (FORWARD,), (StudentResult("x", State.NOT_GRADED, "empty"),))
    assert "not graded" in html_report(nobody)


def test_without_a_terminal_the_whole_table_is_in_lines(results):
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


def test_both_files_are_written_into_the_course(course, results):
    page, table = write_report(course, results)
    assert page == course.root / "reports" / "gru.html" and page.read_text(encoding="utf-8").startswith("<!doctype")
    assert table == course.root / "reports" / "gru.csv" and "amina" in table.read_text(encoding="utf-8")


def test_nothing_that_is_printed_is_an_order_to_the_terminal():
    odd = student("\x1b[2Jada\udcff", 0.0, diagnosis="got a \x1b]0;mine\x07")
    failed = StudentResult("bo\x9b2J", State.NOT_GRADED, "only \x1b[31m.ipynb")
    console = Console(file=io.StringIO(), width=200)
    print_report(ClassResults("gru", (FORWARD, WHY, BONUS), (odd, failed)), console)
    assert console.file.getvalue().replace("\n", "").isprintable()
