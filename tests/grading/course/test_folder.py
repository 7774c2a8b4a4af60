"""The course folder, and the gradebook that is made in it."""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path

import pytest
from nbgrader import api

from course_utils.errors import UsageError
from course_utils.grading.course.folder import open_course

STARTS_A_PROGRAM = api.get_alembic_version  # taken before a course folder is opened


def test_a_new_gradebook_says_the_version_that_nbgraders_own_program_says(new_course, tmp_path, monkeypatch):
    course = new_course(tmp_path / "course")
    with course.gradebook():
        pass
    with sqlite3.connect(course.root / "gradebook.db") as database:
        found = database.execute("SELECT version_num FROM alembic_version").fetchall()
    tools = str(Path(sys.executable).parent)
    monkeypatch.setenv("PATH", os.pathsep.join([tools, os.environ["PATH"]]))
    assert STARTS_A_PROGRAM.__module__ == "nbgrader.api" and STARTS_A_PROGRAM.__name__ == "get_alembic_version"
    assert found == [(STARTS_A_PROGRAM(),)]


def test_a_student_may_begin_with_an_underscore_and_an_assignment_not(new_course, tmp_path):
    course = new_course(tmp_path / "course")
    for name in ("_ada", ".hidden", "bo"):
        (course.submitted / name).mkdir(parents=True)
        (course.source / f"_{name}").mkdir()
    assert course.students() == ["_ada", "bo"]
    assert course.assignments() == ["toy"]


def test_a_folder_that_does_not_exist_is_said_to_be_none(tmp_path):
    with pytest.raises(UsageError, match="nowhere is not a course folder: there is no such folder"):
        open_course(tmp_path / "nowhere")
