"""nbgrader's own generator, by its command and by the formgrader's button, makes what `./course build` makes."""

from __future__ import annotations

import shutil

import nbformat
import pytest
from nbgrader.apps import GenerateAssignmentApp
from nbgrader.apps.api import NbGraderAPI
from nbgrader.converters import GenerateAssignment

from course_utils.filesystem import REPOSITORY
from course_utils.grading.class_run.run import grade
from course_utils.grading.course.folder import open_course
from course_utils.grading.course.release import build, outdated


@pytest.fixture
def quiz_course(tmp_path):
    """A course folder with the quiz alone."""
    shutil.copy(REPOSITORY / "nbgrader_config.py", tmp_path)
    shutil.copytree(REPOSITORY / "source" / "quiz", tmp_path / "source" / "quiz")
    shutil.copy(REPOSITORY / "source" / "quiz-bank.yaml", tmp_path / "source")
    return open_course(tmp_path)


def press_generate(course, assignment):
    """What the formgrader's button does; nbgrader's answer to it."""
    directory = course.nbgrader()
    return NbGraderAPI(directory, config=directory.config).generate_assignment(assignment, force=True, create=True)


def cells_in_the_gradebook(course, assignment):
    with course.gradebook() as gradebook:
        return {cell.name for cell in gradebook.find_notebook(assignment, assignment).grade_cells}


def test_the_command_puts_the_questions_into_the_quiz(quiz_course, monkeypatch):
    monkeypatch.chdir(quiz_course.root)
    command = GenerateAssignmentApp()
    command.initialize(["quiz"])
    command.start()
    assert outdated(quiz_course) == []
    assert len(cells_in_the_gradebook(quiz_course, "quiz")) == 12


def test_the_button_puts_the_questions_into_the_quiz_and_a_second_press_changes_nothing(quiz_course):
    for _ in range(2):
        assert press_generate(quiz_course, "quiz")["success"]
        assert outdated(quiz_course) == []


def test_what_the_gradebook_refuses_leaves_the_release_and_says_what_to_do(course, hand_in, the_sandbox):
    build(course)
    hand_in(course, "ada")
    grade(course, "toy")
    before = (course.release / "toy" / "toy.ipynb").read_bytes()
    path = course.source / "toy" / "toy.ipynb"
    notebook = nbformat.read(path, as_version=4)
    del notebook.cells[2]
    nbformat.write(notebook, path)

    answer = press_generate(course, "toy")
    assert not answer["success"]
    assert "[ERROR] source/toy has other cells than the gradebook, which has submissions of it" in answer["log"]
    assert (course.release / "toy" / "toy.ipynb").read_bytes() == before
    assert "double-check" in cells_in_the_gradebook(course, "toy")


def test_a_source_that_does_not_build_leaves_the_release(course):
    build(course)
    (course.source / "toy" / "toy.ipynb").write_text("{broken", encoding="utf-8")
    answer = press_generate(course, "toy")
    assert not answer["success"] and "source/toy: toy.ipynb" in answer["log"]
    assert (course.release / "toy" / "toy.ipynb").exists()


def test_without_the_gradebook_nothing_is_noted_in_it(course):
    directory = course.nbgrader()
    directory.assignment_id = "toy"
    directory.config.SaveCells.enabled = False
    GenerateAssignment(coursedir=directory, config=directory.config, no_database=True).start()
    assert (course.release / "toy" / "toy.ipynb").exists()
    assert not (course.root / "gradebook.db").exists()


def test_a_course_folder_without_todays_settings_still_generates_in_nbgraders_way(course):
    path = course.root / "nbgrader_config.py"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "plugins.Release" not in line), encoding="utf-8")
    assert press_generate(open_course(course.root), "toy")["success"]
    assert (course.release / "toy" / "toy.ipynb").exists()
