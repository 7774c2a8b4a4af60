"""`nbgrader export` with the course's settings: "not graded" is an empty field."""

from __future__ import annotations

import csv

from course_utils.grading.class_run.run import grade
from tests.grading.gradebook.conftest import nbgrader


def exported(course) -> dict[str, dict[str, str]]:
    nbgrader(course, "export")
    with (course.root / "grades.csv").open(newline="", encoding="utf-8") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def test_what_is_not_graded_is_exported_as_empty_and_never_as_zero(again, hand_in):
    hand_in(again, "right", "return x + x")  # changed, and not graded again
    (again.submitted / "wrong" / "toy" / "toy.ipynb").write_text("{", encoding="utf-8")
    hand_in(again, "new").write_text("{", encoding="utf-8")
    grade(again, "toy", workers=1)
    hand_in(again, "loud", "return x + x")
    rows = exported(again)
    scores = {"right": "5.0", "wrong": "0.0", "new": "", "silent": "0.0", "late": "0.0", "loud": ""}
    assert {name: rows[name]["score"] for name in scores} == scores
    states = {"wrong": "earlier version graded", "new": "not graded", "loud": "not graded", "silent": "graded"}
    assert {name: rows[name]["state"] for name in states} == states
    assert rows["right"]["state"] == "needs manual grading" and rows["late"]["late_submission_penalty"] == "5.0"


def test_who_handed_in_nothing_is_exported_as_such(again):
    with again.gradebook() as gradebook:
        gradebook.add_student("olga")
    olga = exported(again)["olga"]
    assert (olga["state"], olga["score"]) == ("not handed in", "")


def test_a_name_that_a_spreadsheet_would_compute_is_text_in_the_export(again, hand_in):
    hand_in(again, "=1+1")
    grade(again, "toy", workers=1)
    assert "'=1+1" in exported(again)
