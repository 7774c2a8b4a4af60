"""A gradebook that is locked, older, foreign or damaged: one line with what to do, in every command that opens it."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys

import pytest
from sqlalchemy import inspect

from course_utils.commands.cli import main
from course_utils.grading.class_run.run import grade
from course_utils.grading.course.gradebook_copy import is_there, sqlite_url
from course_utils.grading.course.gradebook_file import connected, gradebook_fault, open_gradebook, require_gradebook
from course_utils.grading.course.release import build

COMMANDS = {
    "grade": ("grade", "toy", "--workers", "1"),
    "dry run": ("grade", "toy", "--dry-run", "--workers", "1"),
    "report": ("report", "toy"),
    "verdict": ("verdict", "toy", "ada"),
}


@pytest.fixture(scope="module")
def graded(needs, new_course, hand_in, tmp_path_factory):
    needs("bwrap")
    course = new_course(tmp_path_factory.mktemp("gradebook") / "course")
    build(course)
    hand_in(course, "ada")
    grade(course, "toy", workers=1)
    return course


@pytest.fixture
def database(graded):
    """The gradebook's file, as it was before again afterwards."""
    path = graded.root / "gradebook.db"
    before = path.read_bytes()
    yield path
    path.write_bytes(before)


def older(path):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'of 2015'")
        connection.commit()


def foreign(path):
    path.unlink()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")


def damaged(path):
    path.write_bytes(b"PK\3\4 a spreadsheet, perhaps" * 100)


FAULTS = {
    older: "is of another version of nbgrader: run `nbgrader db upgrade`",
    foreign: "is the database of something else: its tables are recipes; move it to another place",
    damaged: "is not a gradebook, or damaged: `./course restore --course",
}


def said(capsys, course, *words) -> str:
    """What a command says that fails: its one line."""
    assert main([*words, "--course", str(course.root)]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line for line in lines if not line.startswith(("course: ", "graded ", "as before "))] == [], lines
    return lines[-1]


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("spoil", FAULTS, ids=lambda spoil: spoil.__name__)
def test_every_command_says_what_is_wrong_and_what_to_do_in_one_line(graded, database, capsys, spoil, words):
    spoil(database)
    spoilt = database.read_bytes()
    line = said(capsys, graded, *words)
    assert FAULTS[spoil] in line and "gradebook.db" in line
    assert database.read_bytes() == spoilt, "nothing was written into it"


def test_a_gradebook_that_another_program_writes_is_said_to_be_locked(graded, database, capsys, hand_in):
    hand_in(graded, "bo")
    with contextlib.closing(sqlite3.connect(database)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert "is locked: another program writes to it" in said(capsys, graded, *COMMANDS["report"])
        other.rollback()
        other.execute("BEGIN IMMEDIATE")  # others may read it
        assert "is locked: another program writes to it" in said(capsys, graded, *COMMANDS["grade"])


def test_building_needs_no_gradebook(graded, database):
    damaged(database)
    assert main(["build", "--course", str(graded.root)]) == 0


def test_an_error_that_is_no_databases_is_no_fault_of_the_gradebook():
    assert gradebook_fault(ValueError("no such column"), "sqlite:///gradebook.db") == ""
    assert gradebook_fault(None, "sqlite:///gradebook.db") == ""


KILLED = """
import os, signal, sys
from sqlalchemy import Engine, event
from nbgrader import api
from course_utils.grading.course.gradebook_file import require_gradebook

api.get_alembic_version = lambda: "of today"
moment, made = int(sys.argv[1]), 0

@event.listens_for(Engine, "after_cursor_execute")
def _kill(connection, cursor, statement, *_):
    global made
    made += statement.strip().startswith("CREATE TABLE")
    if made == moment:
        os.kill(os.getpid(), signal.SIGKILL)

(require_gradebook if sys.argv[2] == "we" else api.Gradebook)(sys.argv[3])
"""


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of Unix")
@pytest.mark.parametrize("maker", ["we", "nbgrader"])
@pytest.mark.parametrize("moment", [1, 9, "last"])
def test_a_gradebook_whose_making_was_killed_is_made_by_the_next_command(tmp_path, moment, maker):
    require_gradebook(sqlite_url(tmp_path / "whole.db"))
    with connected(sqlite_url(tmp_path / "whole.db")) as connection:
        whole = inspect(connection).get_table_names()
    url = sqlite_url(tmp_path / "gradebook.db")
    made = len(whole) if moment == "last" else moment
    run = subprocess.run([sys.executable, "-c", KILLED, str(made), maker, url])
    assert run.returncode == -signal.SIGKILL
    assert not is_there(url)
    with open_gradebook(url, "course") as gradebook:
        assert gradebook.assignments == []
    with connected(url) as connection:
        assert inspect(connection).get_table_names() == whole
    assert is_there(url)
