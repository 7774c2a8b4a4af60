"""`course check` runs a student's notebook and says the result of each check, without touching the file."""

from __future__ import annotations

import json

import pytest

from course_utils.commands.check import find_notebook, run_check
from course_utils.errors import CourseError, UsageError


@pytest.fixture
def notebook(course, tmp_path):
    """The toy notebook as a file, with a body of `double` to be filled in."""
    source = json.loads((course.source / "toy" / "toy.ipynb").read_text(encoding="utf-8"))

    def write(body: str):
        source["cells"][1]["source"] = "import os\ndef double(x):\n    " + body
        path = tmp_path / "mine.ipynb"
        path.write_text(json.dumps(source), encoding="utf-8")
        return path

    return write


def test_a_right_notebook_passes(notebook, capsys):
    path = notebook("return 2 * x if os.environ['COURSE_QUICK'] == '1' else 0")
    before = path.read_bytes()
    assert run_check(str(path)) == 0
    output = capsys.readouterr().out
    assert str(path) in output and "ok     double-check" in output and "2 of 2 checks are ok" in output
    assert path.read_bytes() == before


def test_a_wrong_notebook_shows_all_that_the_check_says(notebook, capsys):
    assert run_check(str(notebook("return x"))) == 1
    output = capsys.readouterr().out
    assert "FAILED double-check" in output and "the argument is not doubled" in output and "expected 6" in output
    assert "AssertionError: strings double too" in output


def test_a_cell_that_stops_earlier_is_named_as_the_likely_cause(notebook, capsys):
    assert run_check(str(notebook("return ("))) == 1
    assert "note: double stopped with" in capsys.readouterr().out


def test_a_kernel_that_dies_fails_the_checks(notebook, capsys):
    assert run_check(str(notebook("os._exit(1)"))) == 1
    assert "did not run" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "is empty"),
        ("{", "not JSON"),
        ("[1]", "is not a notebook"),
        ('{"cells": []}', "is not a notebook|has no checks"),
    ],
)
def test_a_broken_file_is_named(tmp_path, content, reason):
    path = tmp_path / "mine.ipynb"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CourseError, match=reason):
        run_check(str(path))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CourseError, match=r"there is no mine\.ipynb"):
        run_check(str(tmp_path / "mine.ipynb"))


def test_the_students_copy_comes_before_the_released_one(tmp_path):
    for place in ("release", "work"):
        (tmp_path / place / "toy").mkdir(parents=True)
        (tmp_path / place / "toy" / "toy.ipynb").touch()
    assert find_notebook("toy", tmp_path) == tmp_path / "work" / "toy" / "toy.ipynb"


def test_an_unknown_name_lists_the_known(tmp_path):
    (tmp_path / "release" / "toy").mkdir(parents=True)
    with pytest.raises(UsageError, match="known: toy"):
        find_notebook("gru", tmp_path)
