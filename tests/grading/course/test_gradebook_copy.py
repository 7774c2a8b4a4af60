"""A gradebook's rows are copied whole, from SQLite to PostgreSQL and back, or not at all."""

from __future__ import annotations

import sqlite3

import pytest
from nbgrader.api import Gradebook
from sqlalchemy import create_engine, text

from course_utils.errors import CourseError
from course_utils.grading.course import gradebook_copy
from course_utils.grading.course.folder import _make_gradebooks_quickly
from course_utils.grading.course.gradebook_copy import (
    copy_from_file,
    copy_rows,
    copy_to_file,
    counts,
    is_there,
    sqlite_url,
)


def fill(url, student="ada", score=1.5):
    """A gradebook of one student, whose answer was graded by hand."""
    _make_gradebooks_quickly()
    with Gradebook(url, "c") as gradebook:
        gradebook.add_assignment("toy")
        gradebook.add_notebook("toy", "toy")
        gradebook.add_grade_cell("why", "toy", "toy", max_score=2, cell_type="markdown")
        gradebook.add_solution_cell("why", "toy", "toy")
        gradebook.add_student(student, first_name="艾达")
        gradebook.add_submission("toy", student)
        grade = gradebook.find_grade("why", "toy", "toy", student)
        grade.manual_score, grade.needs_manual_grade = score, False
        gradebook.find_comment("why", "toy", "toy", student).manual_comment = "Half of it. 一半"
        gradebook.db.commit()


def read(url, student="ada"):
    with Gradebook(url, "c") as gradebook:
        grade = gradebook.find_grade("why", "toy", "toy", student)
        comment = gradebook.find_comment("why", "toy", "toy", student).comment
        return grade.manual_score, grade.needs_manual_grade, comment, gradebook.find_student(student).first_name


@pytest.fixture
def filled(tmp_path):
    url = sqlite_url(tmp_path / "gradebook.db")
    fill(url)
    return url


def test_what_was_graded_by_hand_goes_to_postgresql_and_back(filled, postgresql, tmp_path):
    engine = create_engine(postgresql)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE DATABASE moved"))
    engine.dispose()
    server, back = postgresql.replace("/postgres?", "/moved?"), sqlite_url(tmp_path / "back.db")
    moved = copy_rows(filled, server)
    assert moved == counts(filled) and moved["grade"] == 1
    assert read(server) == read(filled) == (1.5, False, "Half of it. 一半", "艾达")
    with Gradebook(server, "c") as gradebook:  # and nbgrader can go on there
        gradebook.add_student("bo")
    assert copy_rows(server, back)["student"] == 2
    assert read(back) == read(filled)
    copy_to_file(server, tmp_path / "copy.db")
    with Gradebook(server, "c") as gradebook:
        gradebook.remove_student("ada")
    copy_from_file(tmp_path / "copy.db", server)
    assert read(server) == read(filled)


def test_a_copy_that_fails_in_the_middle_leaves_the_target_as_it_was(filled, tmp_path, monkeypatch):
    target = sqlite_url(tmp_path / "target.db")
    fill(target, "bo", 0.5)
    monkeypatch.setattr(gradebook_copy, "_counts", lambda connection: {"grade": id(connection)})
    with pytest.raises(CourseError, match="not complete, and was taken back"):
        copy_rows(filled, target)
    assert read(target, "bo")[0] == 0.5


def test_the_original_is_only_read(filled, tmp_path):
    path = tmp_path / "gradebook.db"
    before = path.read_bytes()
    copy_rows(filled, sqlite_url(tmp_path / "other.db"))
    copy_to_file(filled, tmp_path / "third.db")
    assert path.read_bytes() == before and read(sqlite_url(tmp_path / "third.db")) == read(filled)


def test_there_is_no_gradebook_in_a_missing_or_an_empty_file_and_another_database_is_refused(filled, tmp_path):
    (tmp_path / "empty.db").touch()
    assert is_there(filled)
    assert not is_there(sqlite_url(tmp_path / "none.db")) and not is_there(sqlite_url(tmp_path / "empty.db"))
    with sqlite3.connect(tmp_path / "foreign.db") as database:
        database.execute("CREATE TABLE songs (title TEXT)")
    with pytest.raises(CourseError, match="database of something else"):
        is_there(sqlite_url(tmp_path / "foreign.db"))


def test_a_gradebook_that_another_program_is_writing_to_is_not_replaced(filled, tmp_path, monkeypatch):
    copy_to_file(filled, tmp_path / "copy.db")
    monkeypatch.setattr(gradebook_copy, "PATIENCE", 0.1)
    busy = sqlite3.connect(tmp_path / "gradebook.db", isolation_level=None)
    busy.execute("BEGIN IMMEDIATE")
    with pytest.raises(CourseError, match="another program writes to it"):
        copy_from_file(tmp_path / "copy.db", filled)
    busy.close()
    assert read(filled)[0] == 1.5
