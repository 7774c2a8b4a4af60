"""Tables of grades have the platform's columns, and say what an instructor should know before importing them."""

from __future__ import annotations

import csv
import io

import pytest

from course_utils.grading.gradebook.results import ClassResults, Part, Score, State, StudentResult
from course_utils.grading.platforms.collect import Collected
from course_utils.grading.platforms.grade_tables import (
    canvas_table,
    grades_of,
    moodle_table,
    plain_table,
    sentence,
)
from course_utils.grading.platforms.roster import Person, Roster, read_roster
from course_utils.grading.platforms.worksheet import read_worksheet
from tests.grading.platforms.conftest import WORKSHEET, written

PART, BONUS = Part("toy", "double-check", 4.0), Part("toy", "text-bonus", 2.0)


@pytest.fixture
def results() -> ClassResults:
    def one(student, state, points=0.0, bonus=0.0, penalty=0.0):
        return StudentResult(student, state, "", {PART: Score(points), BONUS: Score(bonus)}, penalty)

    return ClassResults(
        "toy",
        (PART, BONUS),
        (
            one("ada", State.GRADED, 4, 2, 0.6),
            one("xiaoming", State.GRADED, 0),
            one("bo", State.NEEDS_MANUAL, 3),
            StudentResult("=cleo", State.NOT_GRADED, "toy.ipynb is empty"),
        ),
    )


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_zero_that_was_earned_is_a_zero_and_what_is_not_graded_is_nothing(results):
    assert grades_of(results) == {"ada": "5.4", "xiaoming": "0"}


def test_the_words_beside_a_grade_have_the_maximum_without_the_bonus_and_the_lateness(results):
    assert sentence(results, "ada") == "5.4 of 4 points, 0.6 taken off for lateness"


def test_a_table_for_moodle_without_its_worksheet_says_for_which_moodle_it_is(results):
    collected = {"ada": Collected("moodle", "701", "x/"), "bo": Collected("moodle", "703", "y/")}
    table = moodle_table(results, Roster({"ada": Person("ada", "Ada", "Lovelace", "a@uni.edu")}), collected, None)
    first, second = rows(table.text)
    assert (first["Identifier"], first["Full name"], first["Grade"]) == ("Participant 701", "Ada Lovelace", "5.4")
    assert second["Grade"] == "" and "for a Moodle in English" in table.notes[0]


def test_moodle_s_worksheet_keeps_its_rows_columns_and_order(results, enrolled):
    sheet = read_worksheet(written(enrolled.root / "sheet.csv", WORKSHEET))
    table = moodle_table(results, read_roster(enrolled), {}, sheet)
    before, after = rows(WORKSHEET), rows(table.text)
    filled = {"Grade", "Feedback comments"}
    assert [{key: row[key] for key in row.keys() - filled} for row in before] == [
        {key: row[key] for key in row.keys() - filled} for row in after
    ]
    assert [row["Grade"] for row in after] == ["5.4", "0", "", "", ""]
    assert table.notes == ("Moodle counts 5 points at most, the assignment 4: set it there",)


def test_a_column_that_canvas_does_not_know_is_said(results, enrolled):
    table = canvas_table(enrolled, results, read_roster(enrolled), "Homework")
    assert rows(table.text)[0]["Homework"] == "4" and "Canvas will ask what Homework is" in table.notes[0]


def test_a_name_that_a_spreadsheet_would_compute_is_text_in_the_plain_table(results):
    last = rows(plain_table(results, Roster(), {"ada": "ada.html"}).text)[-1]
    assert (last["student"], last["points"], last["reason"]) == ("'=cleo", "", "toy.ipynb is empty")
