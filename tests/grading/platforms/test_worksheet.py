"""Moodle's worksheet says whose a participant's number is in this assignment, and when each handed in."""

from __future__ import annotations

import pytest

from course_utils.errors import UsageError
from course_utils.grading.platforms.roster import read_roster
from course_utils.grading.platforms.worksheet import kept_worksheet, local_time, read_worksheet
from tests.grading.platforms.conftest import ROSTER, WORKSHEET, written


def test_a_participant_is_known_by_the_id_or_else_by_the_name(enrolled):
    roster = read_roster(enrolled)
    sheet = read_worksheet(written(enrolled.root / "sheet.csv", WORKSHEET))
    assert [person.student for person in sheet.people(roster, "702")] == ["xiaoming"]
    nameless = WORKSHEET.replace("S-1", "").replace("ID number", "Group")
    sheet = read_worksheet(written(enrolled.root / "sheet.csv", nameless))
    assert [person.student for person in sheet.people(roster, "701")] == ["ada"] and not sheet.people(roster, "99")


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("Tuesday, 1 December 2026, 8:15 PM", "2026-12-01 20:15"),
        ("Tuesday, 1 December 2026, 12:05 AM", "2026-12-01 00:05"),
        ("1 December 2026, 20:15", "2026-12-01 20:15"),
        ("-", ""),
        ("1 Dezember 2026, 20:15", ""),
        ("45 December 2026, 20:15", ""),
    ],
)
def test_an_english_time_is_read_and_any_other_is_not_guessed(text, time):
    assert local_time(text) == time


def test_the_maximum_is_the_one_of_all_rows(tmp_path):
    assert read_worksheet(written(tmp_path / "sheet.csv", WORKSHEET)).maximum == 5
    assert (
        read_worksheet(
            written(tmp_path / "sheet.csv", WORKSHEET.replace("S-1,Submitted,,5.00", "S-1,Submitted,,6"))
        ).maximum
        is None
    )


def test_a_worksheet_in_another_language_needs_the_name_of_its_grade(tmp_path):
    text = "Kennung,Bewertung\nTeilnehmer/in 701,\n"
    path = written(tmp_path / "sheet.csv", text)
    with pytest.raises(UsageError, match="--column NAME"):
        read_worksheet(path)
    assert read_worksheet(path, "Bewertung").identifier == "Kennung"


def test_another_table_is_no_worksheet(tmp_path):
    with pytest.raises(UsageError, match="is not a grading worksheet of Moodle"):
        read_worksheet(written(tmp_path / "sheet.csv", ROSTER))


def test_a_worksheet_that_was_given_once_is_kept(enrolled):
    assert kept_worksheet(enrolled, "toy", None) is None
    kept_worksheet(enrolled, "toy", written(enrolled.root / "sheet.csv", WORKSHEET))
    assert kept_worksheet(enrolled, "toy", None).rows["702"]["Full name"] == "王小明"
