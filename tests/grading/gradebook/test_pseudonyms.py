"""Pseudonyms stay with their students, and nothing in a report with them says who is who."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from course_utils.errors import CourseError
from course_utils.grading.gradebook.pseudonyms import FIRST, SECOND, anonymous, pseudonyms
from course_utils.grading.gradebook.report import csv_report, html_report


def test_each_student_keeps_one_and_no_two_have_the_same(course):
    students = [f"s{number}" for number in range(60)]
    names = pseudonyms(course, students[:50])
    assert pseudonyms(course, students) == {**pseudonyms(course, students), **names}
    assert len(set(pseudonyms(course, students).values())) == 60


def test_they_are_drawn_and_not_computed_from_names_or_their_order(course, new_course, tmp_path):
    students = [f"s{number}" for number in range(30)]
    names = pseudonyms(course, students)
    assert names != pseudonyms(new_course(tmp_path / "other"), students)
    assert [names[student] for student in students] != sorted(names.values())


def test_there_are_enough_for_any_class(course):
    many = [str(number) for number in range(len(FIRST) * len(SECOND) + 5)]
    assert len(set(pseudonyms(course, many).values())) == len(many)


def test_a_broken_file_is_not_replaced_by_other_names(course):
    pseudonyms(course, ["ada"])
    path = course.root / "records" / "pseudonyms.json"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(CourseError, match="cannot be read; put a copy in its place, or remove it"):
        pseudonyms(course, ["ada"])
    assert path.read_text(encoding="utf-8") == "{"


def test_an_anonymous_report_has_the_points_and_nobody_s_name_id_or_file(course, results):
    results = replace(results, absent=("olga",), names={"amina": "Amina Haddad", "olga": "Olga Ivanova"})
    shown = anonymous(course, results)
    text = html_report(shown, is_anonymous=True) + csv_report(shown)
    for secret in ("amina", "Amina", "bence", "cmd", "alert(&#34;", "陈", "olga", "Olga", "gru.ipynb"):
        assert secret not in text, secret
    kept = json.loads((course.root / "records" / "pseudonyms.json").read_text(encoding="utf-8"))
    assert {result.student: result.points for result in shown.students} == {
        kept[result.student]: result.points for result in results.students
    }
    assert [result.student for result in shown.students] == sorted(result.student for result in shown.students)
