"""A decision is kept, and makes the submission be graded again; test_handed_in_order.py tries what that does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from course_utils.errors import CourseError, UsageError
from course_utils.grading.class_run.decide import decide
from course_utils.grading.class_run.run import grade, grading_settings
from course_utils.grading.course.release import build, register
from course_utils.grading.gradebook.backups import backups
from course_utils.grading.gradebook.decisions import load_decision
from course_utils.grading.gradebook.digests import submission_digest
from course_utils.grading.gradebook.records import Record, load_record, save_record


@pytest.fixture
def settings(course, hand_in):
    """Of a course in which ada has handed in another file too, and is graded."""
    build(course)
    register(course, "toy")
    path = hand_in(course, "ada")
    path.with_name("toy (1).ipynb").write_bytes(path.read_bytes())
    path.with_name("notes.py").write_text("a = 1")
    with course.gradebook() as gradebook:
        gradebook.add_student("ada")
    digest = submission_digest(course, "toy", "ada")
    save_record(course, "toy", "ada", Record(True, submission=digest, grader="a", found="double: in toy (1).ipynb"))
    return grading_settings(course, "toy")


def kept(course):
    return load_decision(course, "toy", "ada", submission_digest(course, "toy", "ada"))


@pytest.mark.parametrize("request_", ["ada=toy (1).ipynb", "ada"])
def test_a_file_is_adopted_by_its_name_or_as_the_only_one_and_the_grade_is_outdated(course, settings, request_):
    decide(course, "toy", settings, request_, is_adopted=True)
    assert kept(course).adopted == ("toy (1).ipynb",) and not kept(course).is_final
    assert load_record(course, "toy", "ada").outdated


def test_what_was_found_is_dismissed(course, settings):
    decide(course, "toy", settings, "ada", is_adopted=False)
    assert kept(course).is_final


def test_what_was_not_found_is_not_dismissed(course, settings):
    record = load_record(course, "toy", "ada")
    for other, says in (
        (replace(record, found=""), "nothing was found elsewhere in the toy of ada: there is nothing to dismiss"),
        (replace(record, submission="another"), "not graded yet: grade first"),
    ):
        save_record(course, "toy", "ada", other)
        with pytest.raises(CourseError, match=says):
            decide(course, "toy", settings, "ada", is_adopted=False)
    assert not kept(course).is_final


@pytest.mark.parametrize(
    "decision", [{"dismiss": ["bo"]}, {"adopt": ["ada=notes.py"]}, {"adopt": ["ada=none.py"]}, {"sandbox": "glass"}]
)
def test_what_is_refused_leaves_no_copy_and_no_trace(course, settings, decision):
    before = {path: path.stat().st_mtime_ns for path in course.root.rglob("*") if path.name != ".lock"}
    with pytest.raises(CourseError):
        grade(course, "toy", workers=1, **decision)
    after = {path: path.stat().st_mtime_ns for path in course.root.rglob("*") if path.name != ".lock"}
    assert {path.name for path in after.keys() ^ before.keys()} <= {"records"} and not backups(course)


@pytest.mark.parametrize(
    ("request_", "error", "says"),
    [
        ("bo", UsageError, "known students: ada"),
        ("ada=other.py", CourseError, "handed in no 'other.py'"),
        ("ada=notes.py", CourseError, "nothing in notes.py of ada is known as work on toy"),
    ],
)
def test_what_cannot_be_decided_changes_nothing(course, settings, request_, error, says):
    with pytest.raises(error, match=says):
        decide(course, "toy", settings, request_, is_adopted=True)
    assert kept(course).adopted == () and not load_record(course, "toy", "ada").outdated
