"""Extensions are in nbgrader's own tables, count from the due date, and are applied by the next class run."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from course_utils.errors import CourseError, UsageError
from course_utils.grading.class_run.run import grade
from course_utils.grading.course.folder import open_course
from course_utils.grading.course.release import build, register
from course_utils.grading.gradebook.extensions import grant_extension, list_extensions, remove_extension

DUE = datetime(2026, 12, 1, 23, 59)


@pytest.fixture
def due(course):
    """The toy course, with a due date and a student who has handed in nothing."""
    with course.gradebook() as gradebook:
        gradebook.add_assignment("toy", duedate=DUE)
        gradebook.add_student("ada")
    return course


def test_an_extension_is_nbgraders_own_and_counts_from_the_due_date(due):
    extension = grant_extension(due, "toy", "ada", days=1.5)
    assert (extension.due, extension.length) == (DUE + timedelta(days=1.5), timedelta(days=1.5))
    with due.gradebook() as gradebook:
        assert gradebook.find_submission("toy", "ada").duedate == extension.due
    assert list_extensions(due, "toy") == (DUE, [extension])


def test_another_extension_replaces_it_and_removing_takes_it_back(due):
    grant_extension(due, "toy", "ada", days=7)
    assert grant_extension(due, "toy", "ada", until="2026-12-03 08:00 +0800").due == datetime(2026, 12, 3)
    assert remove_extension(due, "toy", "ada") == DUE
    assert list_extensions(due, "toy") == (DUE, [])
    with pytest.raises(UsageError, match="'ada' has no extension for toy; who has: nobody"):
        remove_extension(due, "toy", "ada")


@pytest.mark.parametrize(
    "student, how, message",
    [
        ("adda", {"days": 1}, r"no student is named 'adda'; known: ada; .*nbgrader db student add"),
        ("ada", {"days": 0}, "expected a number above 0"),
        ("ada", {"days": float("nan")}, "expected a number above 0"),
        ("ada", {"days": 1e9}, "at most 3650"),
        ("ada", {"until": "2026-12-01 23:59 UTC"}, "expected a time after the due date, 2026-12-01 23:59 UTC"),
        ("ada", {"until": "2026-12-04 23:59"}, "does not say in which time zone"),
        ("ada", {"until": "2026-12-04 23:59 UTC", "days": 3}, "either --days N or --until TIME"),
        ("ada", {}, "either --days N or --until TIME"),
    ],
)
def test_what_is_unclear_is_refused_and_changes_nothing(due, student, how, message):
    with pytest.raises(UsageError, match=message):
        grant_extension(due, "toy", student, **how)
    assert list_extensions(due, "toy") == (DUE, [])


def test_without_a_due_date_there_is_nothing_to_extend(course, hand_in):
    with pytest.raises(CourseError, match=r"toy has no due date.*nbgrader db assignment add toy --duedate"):
        grant_extension(course, "toy", "ada", days=1)
    register(course, "toy")
    assert list_extensions(course, "toy") == (None, [])


def test_the_next_class_run_applies_it_also_where_it_was_granted_early_and_a_time_that_is_gone(due, needs, hand_in):
    needs("bwrap")
    build(due)
    with open(due.root / "nbgrader_config.py", "a", encoding="utf-8") as settings:
        settings.write('\nc.LateSubmissionPlugin.penalty_method = "zero"\n')
    course = open_course(due.root)
    grant_extension(course, "toy", "ada", days=2)
    for student in ("ada", "bo", "cy"):
        hand_in(course, student).with_name("timestamp.txt").write_text("2026-12-03 12:00 UTC")
    assert penalties(grade(course, "toy", workers=1)) == {"ada": 0, "bo": 5, "cy": 5}
    assert grant_extension(course, "toy", "bo", days=1).late == timedelta(hours=12, minutes=1)
    assert grant_extension(course, "toy", "bo", days=3).late == timedelta(0)
    remove_extension(course, "toy", "ada")
    (course.submitted / "cy" / "toy" / "timestamp.txt").unlink()
    assert penalties(grade(course, "toy", workers=1)) == {"ada": 5, "bo": 0, "cy": 0}


def penalties(results):
    return {result.student: result.penalty for result in results.students}
