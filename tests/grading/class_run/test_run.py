"""A class is graded by the real nbgrader; what one student hands in never costs another."""

from __future__ import annotations

import shutil

import pytest

from course_utils.errors import CourseError, UsageError
from course_utils.grading.class_run import executors, worker
from course_utils.grading.class_run.run import grade
from course_utils.grading.course.release import build
from course_utils.grading.gradebook.results import State, class_results


@pytest.fixture(scope="module")
def graded(new_course, hand_in, tmp_path_factory):
    """A class of all sorts, graded once: the course and its results."""
    course = new_course(tmp_path_factory.mktemp("class") / "a course")
    build(course)
    hand_in(course, "right")
    hand_in(course, "wrong", "return x")
    hand_in(course, "silent", 'raise NotImplementedError("write this part")', "YOUR ANSWER HERE")
    hand_in(course, "kills the kernel", "import os\nos._exit(1)")
    hand_in(course, "[odd] *name*", "return x + x")
    hand_in(course, "broken").write_text('{"cells": [', encoding="utf-8")
    hand_in(course, "empty").write_text("", encoding="utf-8")
    hand_in(course, "future").write_text('{"cells": [], "nbformat": 99, "nbformat_minor": 0}', encoding="utf-8")
    (course.submitted / "no notebook" / "toy").mkdir(parents=True)
    (course.submitted / "absent").mkdir()
    return course, grade(course, "toy")


@pytest.fixture
def again(graded, tmp_path):
    """A copy of the graded course, to be graded again."""
    shutil.copytree(graded[0].root, tmp_path / "copy")
    for student in ("kills the kernel", "[odd] *name*", "broken", "empty", "future", "no notebook", "absent"):
        shutil.rmtree(tmp_path / "copy" / "submitted" / student)
    return type(graded[0])(tmp_path / "copy", graded[0].config)


def of(results, student):
    return next(result for result in results.students if result.student == student)


def points(results, student):
    return {part.name: score.points for part, score in of(results, student).scores.items()}


def test_a_right_answer_gets_its_points_and_the_bonus_on_top(graded):
    results = graded[1]
    assert points(results, "right") == {"double-check": 3, "why": 0, "text-bonus": 2}
    assert results.max_points == 5


def test_a_written_answer_waits_for_a_person(graded):
    assert of(graded[1], "right").state is State.NEEDS_MANUAL


def test_a_wrong_answer_gets_none_and_the_first_line_of_the_diagnosis(graded):
    scores = {part.name: score for part, score in of(graded[1], "wrong").scores.items()}
    assert scores["double-check"].points == 0
    assert scores["double-check"].diagnosis == "double(3) is not 6: the argument is not doubled"
    assert scores["text-bonus"].diagnosis == "AssertionError: strings double too"


def test_a_silent_student_is_graded_with_zero(graded):
    silent = of(graded[1], "silent")
    assert (silent.state, silent.points) == (State.GRADED, 0)


def test_a_name_full_of_patterns_is_just_a_name(graded):
    assert points(graded[1], "[odd] *name*")["double-check"] == 3


@pytest.mark.parametrize(
    ("student", "reason"),
    [
        ("broken", "toy.ipynb is broken: not JSON"),
        ("empty", "toy.ipynb is empty"),
        ("future", "toy.ipynb is not a notebook"),
        ("no notebook", "there is no toy.ipynb"),
    ],
)
def test_what_cannot_be_graded_says_why_and_is_no_zero(graded, student, reason):
    result = of(graded[1], student)
    assert result.state is State.NOT_GRADED
    assert result.reason.startswith(reason)
    assert (result.points, result.scores) == (None, {})


def test_what_cannot_be_graded_is_not_in_the_gradebook_and_has_no_folder(graded):
    course = graded[0]
    with course.gradebook() as gradebook:
        known = {submission.student.id for submission in gradebook.assignment_submissions("toy")}
    assert not known & {"broken", "empty", "future", "no notebook", "absent"}
    assert not (course.autograded / "broken").joinpath("toy").exists()


def test_feedback_is_made_for_those_who_were_graded(graded):
    course = graded[0]
    assert "argument is not doubled" in (course.feedback / "wrong" / "toy" / "toy.html").read_text(encoding="utf-8")
    assert not (course.feedback / "broken" / "toy").exists()


def test_the_release_is_not_touched_and_the_submission_neither(graded):
    assert sorted(path.name for path in graded[0].root.iterdir()) == [
        "autograded", "feedback", "gradebook.db", "nbgrader_config.py", "records", "release", "source", "submitted",
    ]  # fmt: skip


def test_what_has_not_changed_is_not_run_again_and_what_changed_is(again, hand_in, monkeypatch):
    run = []
    real = executors.grade_submission
    monkeypatch.setattr(executors, "grade_submission", lambda *given: run.append(given[0].student) or real(*given))
    hand_in(again, "wrong", "return x * 2")
    results = grade(again, "toy")
    assert run == ["wrong"]
    assert points(results, "wrong")["double-check"] == 3
    assert points(results, "right")["double-check"] == 3


def test_a_manual_score_is_kept_when_a_submission_is_graded_again(again, hand_in):
    with again.gradebook() as gradebook:
        score = gradebook.find_grade("why", "toy", "toy", "wrong")
        score.manual_score, score.needs_manual_grade = 1.5, False
        gradebook.db.commit()
    assert of(class_results(again, "toy"), "wrong").state is State.GRADED
    hand_in(again, "wrong", "return x * 2")
    assert points(grade(again, "toy"), "wrong")["why"] == 1.5


def test_a_changed_submission_is_not_graded_until_it_is_graded_again(again, hand_in):
    hand_in(again, "right", "return 0")
    result = of(class_results(again, "toy"), "right")
    assert result.state is State.NOT_GRADED and "changed" in result.reason


def test_a_submission_on_which_the_judge_fails_costs_only_itself(again, monkeypatch):
    real = worker.sanitized

    def sanitized(notebook, *others):
        if "return 2 * x" in str(notebook):
            raise RuntimeError("no more memory")
        return real(notebook, *others)

    monkeypatch.setattr(worker, "sanitized", sanitized)
    results = grade(again, "toy", force=True)
    assert of(results, "right").reason == "RuntimeError: no more memory"
    assert points(results, "silent")["double-check"] == 0


def test_other_graded_cells_than_the_gradebook_knows_are_refused_with_a_remedy(again):
    path = again.source / "toy" / "toy.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("text-bonus", "renamed"), encoding="utf-8")
    with pytest.raises(CourseError, match="nbgrader db assignment remove toy"):
        grade(again, "toy")


def test_an_unknown_assignment_lists_the_known(course):
    with pytest.raises(UsageError, match="known: toy"):
        grade(course, "gru")


def test_a_course_without_submissions_says_where_they_belong(course):
    with pytest.raises(CourseError, match=r"STUDENT/toy/toy\.ipynb"):
        grade(course, "toy")
