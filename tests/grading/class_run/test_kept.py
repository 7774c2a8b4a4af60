"""What was graded stays until its successor is there, and what a person has graded stays graded."""

from __future__ import annotations

import copy
import os
import shutil
import signal
from datetime import datetime

import pytest

from course_utils.errors import CourseError, UsageError
from course_utils.grading.class_run import executors, run
from course_utils.grading.class_run.dry_run import maxima, print_changes, rehearsed
from course_utils.grading.class_run.run import grade
from course_utils.grading.course.folder import open_course
from course_utils.grading.course.lock import writing
from course_utils.grading.course.release import build
from course_utils.grading.gradebook import digests
from course_utils.grading.gradebook.results import State, class_results
from course_utils.sandbox.outside.kernel import SandboxError
from tests.toy_course import submit

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


@pytest.fixture
def judged(monkeypatch):
    """The students whose submissions are judged from here on."""
    students = []
    real = executors.grade_submission
    monkeypatch.setattr(
        executors, "grade_submission", lambda given, rules: students.append(given.student) or real(given, rules)
    )
    return students


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
    correct_the_check(again)
    course, kept = again, files(again)
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
    assert (cy.state, cy.points) == (State.EARLIER, 5) and "broken" in cy.reason
    assert files(again) == kept
    assert of(grade(again, "toy", workers=1), "cy") == cy, "also when it is tried again"
    submit(again, "cy", "return x + x")
    assert of(grade(again, "toy", workers=1), "cy").state is not State.EARLIER


def test_a_full_disk_ends_the_run_and_is_nobodys_fault(again, monkeypatch):
    before, kept = class_results(again, "toy"), files(again)

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(CourseError, match="No space left on device; what was graded"):
        patch.setattr(run, "stage_folder", full)
        grade(again, "toy", workers=1, force=True)
    assert (class_results(again, "toy"), files(again)) == (before, kept)


# Hand-graded work


def replace_in_source(course, old, new):
    path = course.source / "toy" / "toy.ipynb"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def another_package(monkeypatch, tmp_path):
    """A version of the package in which one file that decides on points is another."""
    (tmp_path / "package.py").write_text("new", encoding="utf-8")
    monkeypatch.setattr(digests, "grader_places", lambda: [tmp_path / "package.py"])


CHANGES = {  # what changes around the answers -> who is judged again
    "a remark in the settings": (lambda course, *_: configure(course), []),
    "a late rule": (lambda course, *_: configure(course, 'c.LateSubmissionPlugin.penalty_method = "zero"'), []),
    "a due date": (lambda course, *_: set_due_date(course), []),
    "a typo in the text": (lambda course, *_: replace_in_source(course, "# A toy", "# The toy"), []),
    "a typo in the model answer": (lambda course, *_: replace_in_source(course, "Because.", "For that reason."), []),
    "a time": (lambda course, *_: stamp(course, "ada"), []),
    "what counts as failed": (
        lambda course, *_: configure(course, 'c.IgnorePattern.pattern = "old"'),
        ["ada", "bo", "cy"],
    ),
    "a check": (lambda course, *_: correct_the_check(course), ["ada", "bo", "cy"]),
    "points": (lambda course, *_: more_points(course), ["ada", "bo", "cy"]),
    "the package": (lambda _, *surroundings: another_package(*surroundings), ["ada", "bo", "cy"]),
    "another submission": (lambda course, *_: submit(course, "cy", "return 0"), ["cy"]),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_was_graded_by_hand_stays_so_and_only_what_can_change_points_is_judged(
    again, tmp_path, monkeypatch, judged, what
):
    change, expected = CHANGES[what]
    change(again, monkeypatch, tmp_path)
    course = open_course(again.root)
    results = grade(course, "toy", workers=1)
    assert judged == expected
    assert scores(results, "ada")["why"] == 1.5 and of(results, "ada").state is State.GRADED
    assert scores(results, "bo")["double-check"] == 1
    with course.gradebook() as gradebook:
        assert gradebook.find_comment("why", "toy", "toy", "ada").comment == "Half of it."


def test_new_cases_for_everybody_leave_what_was_graded_by_hand(again, judged):
    results = grade(again, "toy", workers=1, force=True)
    assert judged == ["ada", "bo", "cy"]
    assert scores(results, "ada")["why"] == 1.5 and of(results, "ada").state is State.GRADED
    assert scores(results, "bo")["double-check"] == 1


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


def test_a_sentence_that_is_reworded_does_not_become_everybodys_answer(again, hand_in, judged):
    replace_in_source(again, "# A toy", "# A toy for everybody to play with")
    build(again)
    hand_in(again, "dora", 'raise NotImplementedError("write this part")', answer="YOUR ANSWER HERE")
    assert of(grade(again, "toy", workers=1), "dora").state is State.GRADED
    replace_in_source(again, "# A toy for everybody to play with", "# Something that all can use in their play")
    results = grade(again, "toy", workers=1, students=["dora"], force=True)
    assert judged == ["dora", "dora"] and of(results, "dora").found == ""


# Two runs, and runs that are killed


def test_a_second_run_is_refused_while_another_command_writes(again):
    with (
        writing(again, "./course restore x"),
        pytest.raises(CourseError, match=r"`\./course restore x` has been running since"),
    ):
        grade(again, "toy", workers=1)


def killed_at(step, course):
    """Grade in a process that is killed by SIGKILL when it comes to this function of run.py, and judges from memory."""
    child = os.fork()
    if child == 0:
        setattr(run, step, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        grade(course, "toy", workers=1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


@pytest.mark.skipif(not hasattr(os, "fork"), reason="SIGKILL is of Unix")
def test_a_regrade_that_is_killed_at_any_step_loses_no_points_and_the_next_one_finds_the_same(
    again, tmp_path, monkeypatch
):
    correct_the_check(again)
    untouched = shutil.copytree(again.root, tmp_path / "untouched")
    results, real = {}, executors.grade_submission
    monkeypatch.setattr(
        executors, "grade_submission", lambda given, rules: results.setdefault(given.student, real(given, rules))
    )
    calm = grade(again, "toy", workers=1)
    monkeypatch.setattr(executors, "grade_submission", lambda given, _: copy.deepcopy(results[given.student]))
    for step in ("register", "mark_outdated", "stage_folder", "put_in_place", "put_feedback", "save_record"):
        course = open_course(shutil.copytree(untouched, tmp_path / step))
        assert killed_at(step, course), step
        with course.gradebook() as gradebook:
            assert gradebook.find_grade("why", "toy", "toy", "ada").manual_score == 1.5, step
            assert gradebook.find_grade("double-check", "toy", "toy", "bo").manual_score == 1, step
        for result in class_results(course, "toy").students:
            before = {"ada": (6.5, 3.5), "bo": (1, 1), "cy": (5, 2)}[result.student]
            assert result.points is None or result.points in before, step
        assert grade(course, "toy", workers=1) == calm, step


# Seeing what would change


def test_a_dry_run_says_what_would_change_for_whom_and_writes_nothing(again, capsys):
    correct_the_check(again)
    kept = {path: path.read_bytes() for path in again.root.rglob("*") if path.is_file()}
    rehearsal = rehearsed(again, "toy", workers=1)
    assert {path: path.read_bytes() for path in again.root.rglob("*") if path.is_file()} == kept
    found = {(change.student, change.part): (change.before, change.after) for change in rehearsal.changes()}
    assert found == {
        ("ada", "double-check"): ("3", "0"), ("ada", "points"): ("6.5", "3.5"),
        ("cy", "double-check"): ("3", "0"), ("cy", "points"): ("5", "2"),
    }  # fmt: skip
    print_changes(rehearsal)
    said = capsys.readouterr().out
    assert (
        "ada  double-check: 3 → 0  (changed: graded cells)" in said
        and "2 of 3 students would change; nothing was written" in said
    )
    applied = grade(again, "toy", workers=1)
    assert applied == rehearsal.after and scores(applied, "ada") == {"double-check": 0, "why": 1.5, "text-bonus": 2}


def test_a_dry_run_shows_other_points_too(again):
    more_points(again)
    rehearsal = rehearsed(again, "toy", workers=1)
    assert maxima(rehearsal.before, rehearsal.after)[-1] == "the maximum of toy: 5 → 8"
    found = rehearsal.changes()
    shown = {(change.student, change.part): (change.before, change.after) for change in found}
    assert shown == {("ada", "double-check"): ("3", "6"), ("ada", "points"): ("6.5", "9.5"),
                     ("cy", "double-check"): ("3", "6"), ("cy", "points"): ("5", "8")}  # fmt: skip


def test_a_dry_run_of_a_class_that_was_never_graded_begins_at_nothing(new_course, hand_in, tmp_path):
    course = new_course(tmp_path / "course")
    build(course)
    hand_in(course, "ada")
    found = [(change.part, change.before, change.after) for change in rehearsed(course, "toy", workers=1).changes()]
    assert ("double-check", "–", "3") in found and ("why", "–", "?") in found
    assert {path.name for path in course.root.iterdir()} == {"nbgrader_config.py", "release", "source", "submitted"}


def test_one_student_is_graded_alone(again, hand_in):
    for student in ("ada", "cy"):
        hand_in(again, student, "return 0")
    assert {change.student for change in rehearsed(again, "toy", workers=1, students=["cy"]).changes()} == {"cy"}
    results = grade(again, "toy", workers=1, students=["cy"])
    assert of(results, "cy").scores and of(results, "ada").state is State.NOT_GRADED
    with pytest.raises(UsageError, match="who did: ada, bo, cy"):
        grade(again, "toy", students=["dora"])


def test_several_students_are_graded_alone(again, judged):
    grade(again, "toy", workers=1, students=["cy", "ada"], force=True)
    assert judged == ["ada", "cy"]


# Due dates and extensions


def stamp(course, student):
    path = course.submitted / student / "toy" / "timestamp.txt"
    path.write_text("2026-02-01 20:00 +0800", encoding="utf-8")


def set_due_date(course):
    with course.gradebook() as gradebook:
        gradebook.update_or_create_assignment("toy", duedate="2026-01-31 20:00 Asia/Shanghai")


@pytest.fixture
def late(again):
    """The class, with a due date; ada and bo are a day late."""
    course = configure(again, 'c.LateSubmissionPlugin.penalty_method = "zero"')
    for student in ("ada", "bo"):
        stamp(course, student)
    set_due_date(course)
    return course


def test_due_dates_extensions_and_hand_given_points_change_penalties_and_nobody_is_judged_for_them(late, judged):
    results = grade(late, "toy", workers=1)
    assert [of(results, student).points for student in ("ada", "bo", "cy")] == [0, 0, 5]
    page = late.feedback / "ada" / "toy" / "toy.html"
    assert "Score: 0.0 / 5.0" in page.read_text(encoding="utf-8")
    with late.gradebook() as gradebook:
        gradebook.grant_extension("toy", "ada", days=1)
        assert gradebook.find_assignment("toy").duedate == datetime(2026, 1, 31, 12)
        gradebook.find_grade("why", "toy", "toy", "bo").manual_score = 2
        gradebook.db.commit()
    results = grade(late, "toy", workers=1)
    assert (of(results, "ada").points, of(results, "ada").state) == (6.5, State.GRADED)
    assert "Score: 6.5 / 5.0" in page.read_text(encoding="utf-8")
    assert (of(results, "bo").points, of(results, "bo").penalty) == (0, 3)
    assert judged == []


@pytest.mark.parametrize("stamp", ["2026-02-01 20:00 CST", "02/12", "2026-02-01 11:30 PM"])
def test_a_time_that_could_be_two_costs_no_points_and_stays_with_what_was_graded(late, stamp):
    (late.submitted / "bo" / "toy" / "timestamp.txt").write_text(stamp, encoding="utf-8")
    results = grade(late, "toy", workers=1)
    bo = of(results, "bo")
    assert (bo.state, bo.points) == (State.EARLIER, 1)
    assert bo.reason.startswith("timestamp.txt holds no time that is clear") and "Asia/Shanghai" in bo.reason
    assert of(results, "cy").points == 5
