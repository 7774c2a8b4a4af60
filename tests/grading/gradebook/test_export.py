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
    grade(again, "toy", workers=1)
    hand_in(again, "loud", "return x + x")
    rows = exported(again)
    assert [rows[name]["score"] for name in ("right", "wrong", "silent", "late", "loud")] == [
        "5.0",
        "",
        "0.0",
        "0.0",
        "",
    ]
    assert (rows["wrong"]["state"], rows["loud"]["state"], rows["silent"]["state"]) == (
        "not graded",
        "not graded",
        "graded",
    )
    assert rows["right"]["state"] == "needs manual grading" and rows["late"]["late_submission_penalty"] == "5.0"


def test_a_name_that_a_spreadsheet_would_compute_is_text_in_the_export(again, hand_in):
    hand_in(again, "=1+1")
    grade(again, "toy", workers=1)
    assert "'=1+1" in exported(again)
