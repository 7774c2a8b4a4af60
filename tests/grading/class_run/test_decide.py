"""Decisions are kept for the files as they are, and a submission that was decided on is graded again."""

from __future__ import annotations

import pytest

from course_utils.errors import CourseError, UsageError
from course_utils.grading.class_run.decide import decide
from course_utils.grading.course.release import build
from course_utils.grading.gradebook.decisions import load_decision
from course_utils.grading.gradebook.records import Record, load_record, save_record, submission_digest


@pytest.fixture
def handed_in(course, hand_in):
    """A course in which ada's work lies beside an untouched notebook, and is recorded as graded."""
    build(course)
    work = hand_in(course, "ada").read_bytes()
    hand_in(course, "ada", "raise NotImplementedError", "YOUR ANSWER HERE")
    (course.submitted / "ada" / "toy" / "toy (1).ipynb").write_bytes(work)
    save_record(course, "toy", "ada", Record(True))
    return course


def decision_of(course, student: str):
    return load_decision(course, "toy", student, submission_digest(course, "toy", student))


@pytest.mark.parametrize("request_", ["ada", "ada=toy (1).ipynb"])
def test_a_file_is_adopted_by_its_name_or_as_the_only_one(handed_in, request_):
    decide(handed_in, "toy", adopt=[request_])
    assert decision_of(handed_in, "ada").adopted == ("toy (1).ipynb",)
    assert load_record(handed_in, "toy", "ada") is None


def test_what_was_found_is_dismissed_and_may_be_adopted_later(handed_in):
    decide(handed_in, "toy", dismiss=["ada"])
    assert decision_of(handed_in, "ada").is_final
    decide(handed_in, "toy", adopt=["ada"])
    assert not decision_of(handed_in, "ada").is_final


@pytest.mark.parametrize("request_", ["ada=other.ipynb", "ada=../toy/toy.ipynb"])
def test_a_file_that_is_not_there_changes_nothing(handed_in, request_):
    with pytest.raises(CourseError, match=r"other files: toy \(1\)\.ipynb"):
        decide(handed_in, "toy", adopt=[request_])
    assert decision_of(handed_in, "ada").adopted == () and load_record(handed_in, "toy", "ada").graded


@pytest.mark.parametrize("student", ["bob", "", "../ada"])
def test_an_unknown_student_is_refused(handed_in, student):
    with pytest.raises(UsageError, match="known students: ada"):
        decide(handed_in, "toy", dismiss=[student])
