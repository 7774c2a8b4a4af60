"""`course move-gradebook` as it is typed; that all rows arrive, also in PostgreSQL, is tested with the copies."""

from __future__ import annotations

import pytest

from course_utils.commands.cli import main
from course_utils.grading.course.folder import open_course
from tests.grading.course.test_gradebook_copy import fill, read


def run(course, address: str) -> int:
    return main(["move-gradebook", address, "--course", str(course.root)])


def test_the_line_that_it_prints_makes_the_course_use_the_new_gradebook_with_points_by_hand(course, capfd):
    old = course.nbgrader().db_url
    fill(old)
    assert run(course, "sqlite:///moved.db") == 0
    said = capfd.readouterr().out
    assert "1 students, 1 submissions, 1 scores" in said and "gradebook.db is as it was" in said
    with (course.root / "nbgrader_config.py").open("a", encoding="utf-8") as settings:
        settings.write("\n" + said.splitlines()[-1] + "\n")
    moved = open_course(course.root)
    assert moved.nbgrader().db_url == f"sqlite:///{(course.root / 'moved.db').as_posix()}"
    assert read(moved.nbgrader().db_url) == read(old) and read(old)[0] == 1.5


def test_a_password_is_not_printed(course, capfd):
    from course_utils.commands.move_gradebook import _address, _line

    line = _line(course, _address(course, "postgresql+psycopg2://me:secret@host/grades"))
    assert "secret" not in line and "~/.pgpass" in line
    assert line.endswith('c.CourseDirectory.db_url = "postgresql+psycopg2://me@host/grades"')


@pytest.mark.parametrize(
    ("address", "code", "says"),
    [
        ("somewhere", 2, "is not the address of a database: expected postgresql+psycopg2://"),
        ("sqlite:///gradebook.db", 2, "is at gradebook.db already"),
        ("sqlite:///full.db", 1, "has 1 students and 1 submissions already"),
        ("postgresql+psycopg2://me@/nothing?host=/nowhere", 1, "does not answer"),
    ],
)
def test_what_cannot_be_moved_is_said_and_changes_nothing(course, capfd, address, code, says):
    fill(course.nbgrader().db_url)
    fill(f"sqlite:///{(course.root / 'full.db').as_posix()}", score=0.5)
    assert run(course, address) == code
    assert says in capfd.readouterr().err
    assert read(f"sqlite:///{(course.root / 'full.db').as_posix()}")[0] == 0.5


def test_without_a_gradebook_there_is_nothing_to_move(course, capfd):
    assert run(course, "sqlite:///new.db") == 1
    assert "nothing to move" in capfd.readouterr().err
