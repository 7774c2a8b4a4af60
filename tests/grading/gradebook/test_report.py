"""The class report: true, safe to open, and honest about what is not known."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import pytest

from course_utils.grading.gradebook.report import csv_report, html_report, safe_row, write_report
from course_utils.grading.gradebook.results import ClassResults, State, StudentResult
from tests.grading.gradebook.conftest import BLEND, FORWARD, student


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


def test_both_files_are_written_into_the_course(course, results):
    page, table = write_report(course, results)
    assert page == course.root / "reports" / "gru.html" and page.read_text(encoding="utf-8").startswith("<!doctype")
    assert table == course.root / "reports" / "gru.csv" and "amina" in table.read_text(encoding="utf-8")


def test_the_table_has_names_and_a_row_for_who_did_not_hand_in(results):
    known = replace(results, absent=("olga", "priya"), not_due=frozenset({"priya"}), names={"olga": "Olga Ivanova"})
    olga, priya = rows(known)[-2:]
    assert (olga["name"], olga["state"], olga["points"], olga["max"]) == ("Olga Ivanova", "not handed in", "", "")
    assert priya["state"] == "not due yet"
    page = " ".join(html_report(known).split())
    assert "Olga Ivanova" in page and "<b>Not due yet:</b> priya" in page


def test_what_lateness_costs_is_a_column_of_page_and_table(overview, results):
    lstm = overview.assignments[1]
    assert {row["student"]: row["late penalty"] for row in rows(lstm)}["bence"] == "0.5"
    page = html_report(lstm)
    assert '<td title="1 h late">−0.5</td>' in page and page.count('<th scope="col">late</th>') == 1
    assert "late</th>" not in html_report(results)
    assert len({len(line) for line in csv.reader(io.StringIO(csv_report(lstm), newline=""))}) == 1


def test_misunderstandings_stand_under_the_part_that_they_cost_and_what_was_not_tried_comes_last(results):
    stub = student("olga", 0.0, diagnosis="not written yet: the cell still raises NotImplementedError")
    page = html_report(replace(results, students=(*results.students, stub, replace(stub, student="priya"))))
    places = ("<code>gru-forward</code>", f'class="text">{BLEND}', "Not tried", 'class="text">not written')
    assert sorted(map(page.index, places)) == list(map(page.index, places))


def test_a_mean_of_the_few_answers_that_are_graded_is_none(results):
    row = html_report(replace(results, students=(student("a", waiting=True), student("b", waiting=True), student("c"))))
    assert row.count('title="too few are graded"') == 1
