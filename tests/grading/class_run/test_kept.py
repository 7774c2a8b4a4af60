"""What was graded stays until its successor is there, and what a person has graded stays graded."""

from __future__ import annotations

import shutil
from datetime import datetime

import pytest

from course_utils.errors import CourseError, UsageError
from course_utils.grading.class_run import executors, run
from course_utils.grading.class_run.dry_run import changes, print_changes, rehearsed
from course_utils.grading.class_run.run import grade
from course_utils.grading.course.folder import open_course
from course_utils.grading.course.release import build
from course_utils.grading.gradebook.records import load_record
from course_utils.grading.gradebook.results import State, class_results
from course_utils.sandbox.outside.kernel import SandboxError

CORRECTED = "if double(3) != 7:"


@pytest.fixture(scope="module")
def graded(needs, new_course, hand_in, tmp_path_factory):
    """A class of three, graded once; somebody has read ada's answer."""
    needs("bwrap")
    course = new_course(tmp_path_factory.mktemp("kept") / "course")
    build(course)
    for student, body in {"ada": "return 2 * x", "bo": "return x", "cy": "return x + x"}.items():
        hand_in(course, student, body, answer=f"Because, says {student}.")
    grade(course, "toy", workers=1)
    with course.gradebook() as gradebook:
        score = gradebook.find_grade("why", "toy", "toy", "ada")
        score.manual_score, score.needs_manual_grade = 1.5, False
        gradebook.find_comment("why", "toy", "toy", "ada").manual_comment = "Half of it."
        override = gradebook.find_grade("double-check", "toy", "toy", "bo")
        override.manual_score, override.needs_manual_grade = 1, False
        gradebook.db.commit()
    return course


@pytest.fixture
def again(graded, tmp_path):
    shutil.copytree(graded.root, tmp_path / "copy")
    return open_course(tmp_path / "copy")


def of(results, student):
    (result,) = (result for result in results.students if result.student == student)
    return result


def scores(results, student):
    return {part.name: "?" if score.needs_manual else score.points
            for part, score in of(results, student).scores.items()}  # fmt: skip


def files(course):
    """All that grading has left, but for records and the gradebook."""
    made = (*course.autograded.glob("[!.]*/toy/*"), *course.feedback.glob("*/toy/*"))
    return {path.relative_to(course.root): path.read_bytes() for path in made if path.is_file()}


def configure(course, line="# another comment"):
    """Change the settings, as a result of which everybody is graded again."""
    with (course.root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    return open_course(course.root)


def correct_the_check(course):
    path = course.source / "toy" / "toy.ipynb"
    text = path.read_text(encoding="utf-8").replace("if double(3) != 6:", CORRECTED)
    path.write_text(text, encoding="utf-8")


def more_points(course):
    path = course.source / "toy" / "toy.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace('"points": 3', '"points": 6'), encoding="utf-8")


# Faults of a machine


def fails(error):
    def grade_submission(*_):
        raise error

    return grade_submission


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SandboxError("the sandbox is gone"), SystemExit(1)])
def test_a_run_that_ends_early_leaves_what_was_graded_before(again, monkeypatch, error):
    before, kept = class_results(again, "toy"), files(again)
    with monkeypatch.context() as patch, pytest.raises(type(error)):
        patch.setattr(executors, "grade_submission", fails(error))
        grade(again, "toy", workers=1, force=True)
    assert (class_results(again, "toy"), files(again)) == (before, kept)


def test_after_a_change_of_the_grader_an_interrupted_submission_counts_as_changed_and_keeps_its_files(
    again, monkeypatch
):
    course, kept = configure(again), files(again)
    with monkeypatch.context() as patch, pytest.raises(SandboxError):
        patch.setattr(executors, "grade_submission", fails(SandboxError("gone")))
        grade(course, "toy", workers=1)
    ada = of(class_results(course, "toy"), "ada")
    assert ada.state is State.NOT_GRADED and "changed after it was graded" in ada.reason
    assert files(course) == kept
    assert scores(grade(course, "toy", workers=1), "ada")["why"] == 1.5


def test_a_resubmission_that_is_broken_removes_nothing(again):
    kept = files(again)
    (again.submitted / "cy" / "toy" / "toy.ipynb").write_text('{"cells": [', encoding="utf-8")
    cy = of(grade(again, "toy", workers=1), "cy")
    assert cy.state is State.NOT_GRADED and "broken" in cy.reason
    assert files(again) == kept


def test_a_full_disk_ends_the_run_and_is_nobodys_fault(again, monkeypatch):
    before, kept = class_results(again, "toy"), files(again)

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(CourseError, match="No space left on device; what was graded"):
        patch.setattr(run, "stage_folder", full)
        grade(again, "toy", workers=1, force=True)
    assert (class_results(again, "toy"), files(again)) == (before, kept)


# Hand-graded work


@pytest.mark.parametrize("how", ["settings", "check", "points", "force", "another student"])
def test_what_was_graded_by_hand_stays_so_whatever_is_regraded_around_it(again, hand_in, how):
    course = configure(again) if how == "settings" else again
    if how == "check":
        correct_the_check(course)
    if how == "points":
        more_points(course)
    if how == "another student":
        hand_in(course, "cy", "return 0")
    results = grade(course, "toy", workers=1, force=how == "force")
    assert scores(results, "ada")["why"] == 1.5 and of(results, "ada").state is State.GRADED
    assert scores(results, "bo")["double-check"] == 1
    with course.gradebook() as gradebook:
        assert gradebook.find_comment("why", "toy", "toy", "ada").comment == "Half of it."


@pytest.mark.parametrize(
    ("body", "answer", "why"),
    [("return 3 * x", "Because, says ada.", 1.5), ("return 2 * x", "Something else.", "?"), ("return 2 * x", "", "?")],
)
def test_it_has_to_be_looked_at_again_when_the_answer_itself_is_another(again, hand_in, body, answer, why):
    hand_in(again, "ada", body, answer=answer)
    assert scores(grade(again, "toy", workers=1), "ada")["why"] == why


def test_points_given_instead_of_a_check_are_looked_at_again_when_something_else_is_handed_in(again, hand_in):
    hand_in(again, "bo", "return 5 * x", answer="Because, says bo.")
    assert scores(grade(again, "toy", workers=1), "bo")["double-check"] == "?"


# Seeing what would change


def test_a_dry_run_says_what_would_change_for_whom_and_writes_nothing(again, capsys):
    correct_the_check(again)
    kept = {path: path.read_bytes() for path in again.root.rglob("*") if path.is_file()}
    before, after = rehearsed(again, "toy", workers=1)
    assert {path: path.read_bytes() for path in again.root.rglob("*") if path.is_file()} == kept
    found = {(change.student, change.part): (change.before, change.after) for change in changes(before, after)}
    assert found == {
        ("ada", "double-check"): ("3", "0"), ("ada", "points"): ("6.5", "3.5"),
        ("cy", "double-check"): ("3", "0"), ("cy", "points"): ("5", "2"),
    }  # fmt: skip
    print_changes(before, after)
    said = capsys.readouterr().out
    assert "ada  double-check: 3 → 0" in said and "2 of 3 students would change; nothing was written" in said
    applied = grade(again, "toy", workers=1)
    assert applied == after and scores(applied, "ada") == {"double-check": 0, "why": 1.5, "text-bonus": 2}


def test_a_dry_run_shows_other_points_too(again):
    more_points(again)
    found = changes(*rehearsed(again, "toy", workers=1))
    shown = {(change.student, change.part): (change.before, change.after) for change in found}
    assert shown == {("ada", "double-check"): ("3", "6"), ("ada", "points"): ("6.5", "9.5"),
                     ("cy", "double-check"): ("3", "6"), ("cy", "points"): ("5", "8")}  # fmt: skip


def test_a_dry_run_of_a_class_that_was_never_graded_begins_at_nothing(new_course, hand_in, tmp_path):
    course = new_course(tmp_path / "course")
    build(course)
    hand_in(course, "ada")
    before, after = rehearsed(course, "toy", workers=1)
    found = [(change.part, change.before, change.after) for change in changes(before, after)]
    assert ("double-check", "–", "3") in found and ("why", "–", "?") in found
    assert {path.name for path in course.root.iterdir()} == {"nbgrader_config.py", "release", "source", "submitted"}


def test_one_student_is_graded_alone(again, hand_in):
    for student in ("ada", "cy"):
        hand_in(again, student, "return 0")
    before, after = rehearsed(again, "toy", workers=1, student="cy")
    assert {change.student for change in changes(before, after)} == {"cy"}
    results = grade(again, "toy", workers=1, student="cy")
    assert of(results, "cy").scores and of(results, "ada").state is State.NOT_GRADED
    with pytest.raises(UsageError, match="who did: ada, bo, cy"):
        grade(again, "toy", student="dora")


# Due dates and extensions


@pytest.fixture
def late(again):
    """The class, with a due date; ada and bo are a day late."""
    course = configure(again, 'c.LateSubmissionPlugin.penalty_method = "zero"')
    for student in ("ada", "bo"):
        stamp = course.submitted / student / "toy" / "timestamp.txt"
        stamp.write_text("2026-02-01 20:00 +0800", encoding="utf-8")
    with course.gradebook() as gradebook:
        gradebook.update_or_create_assignment("toy", duedate="2026-01-31 20:00 Asia/Shanghai")
    return course


def test_a_due_date_and_an_extension_are_taken_up_without_force_and_change_no_points(late, monkeypatch):
    results = grade(late, "toy", workers=1)
    assert [of(results, student).points for student in ("ada", "bo", "cy")] == [0, 0, 5]
    seed = load_record(late, "toy", "ada").seeds
    with late.gradebook() as gradebook:
        gradebook.grant_extension("toy", "ada", days=1)
        assert gradebook.find_assignment("toy").duedate == datetime(2026, 1, 31, 12)
    graded_again = []
    real = executors.grade_submission
    monkeypatch.setattr(
        executors, "grade_submission", lambda given, rules: graded_again.append(given.student) or real(given, rules)
    )
    results = grade(late, "toy", workers=1)
    assert graded_again == ["ada"] and load_record(late, "toy", "ada").seeds == seed
    assert (of(results, "ada").points, of(results, "ada").state) == (6.5, State.GRADED)


@pytest.mark.parametrize("stamp", ["2026-02-01 20:00 CST", "02/12", "2026-02-01 11:30 PM"])
def test_a_time_that_could_be_two_costs_nobody_else_and_no_points(late, stamp):
    (late.submitted / "bo" / "toy" / "timestamp.txt").write_text(stamp, encoding="utf-8")
    results = grade(late, "toy", workers=1)
    bo = of(results, "bo")
    assert (bo.state, bo.points) == (State.NOT_GRADED, None)
    assert bo.reason.startswith("timestamp.txt holds no time that is clear") and "Asia/Shanghai" in bo.reason
    assert of(results, "cy").points == 5
