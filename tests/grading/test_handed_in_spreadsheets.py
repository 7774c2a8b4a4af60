"""Tables open in a spreadsheet with every name as it is, and what file managers leave behind is nobody's."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils.filesystem import REPOSITORY, put_tools_on_path
from course_utils.grading.class_run.run import grade
from course_utils.grading.course.release import build
from course_utils.grading.course.submission import handed_in, is_of_nobody, read_files
from course_utils.grading.gradebook.report import write_report
from course_utils.grading.gradebook.results import State
from tests.grading.handed_in import result_of

NAMES = ("王小明", "Zoë", "李雷 (2)", "plain")
LITTER = ("._toy.ipynb", ".DS_Store", "Thumbs.db", "desktop.ini", "__MACOSX/toy/._toy.ipynb", "sub/.DS_Store")


@pytest.fixture(scope="module")
def graded(new_course, hand_in, tmp_path_factory):
    put_tools_on_path()
    course = new_course(tmp_path_factory.mktemp("table") / "course")
    build(course)
    for name in NAMES:
        hand_in(course, name)
    for name in LITTER:
        path = course.submitted / "plain" / "toy" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\0\5\x16\7")
    (course.submitted / "__MACOSX" / "toy").mkdir(parents=True)
    (course.submitted / "__MACOSX" / "toy" / "._toy.ipynb").write_bytes(b"\0")
    (course.submitted / "._plain").mkdir()
    (course.submitted / ".DS_Store").write_bytes(b"\0")
    return course, grade(course, "toy", workers=1)


def rows(path: Path) -> list[dict[str, str]]:
    """As a spreadsheet reads it: with the encoding that the first bytes name."""
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", NAMES)
def test_the_reports_table_opens_with_every_name(graded, name):
    _, table = write_report(*graded)
    assert [row["state"] for row in rows(table) if row["student"] == name] == ["needs manual grading"]
    assert "found elsewhere" in rows(table)[0]


def test_the_exported_table_opens_with_every_name(graded):
    course = graded[0]
    nbgrader = Path(sys.executable).parent / "nbgrader"
    subprocess.run([nbgrader, "export"], cwd=course.root, check=True, capture_output=True,
                   env={"PYTHONPATH": str(REPOSITORY), "PATH": "/usr/bin:/bin"})  # fmt: skip
    assert {row["student_id"] for row in rows(course.root / "grades.csv")} == set(NAMES)


def test_what_file_managers_leave_is_nobody(graded):
    assert graded[0].students() == sorted(NAMES)
    assert {result.student for result in graded[1].students} == set(NAMES)


def test_it_costs_the_one_who_has_it_nothing(graded):
    plain = result_of(graded[1], "plain")
    assert plain.state is State.NEEDS_MANUAL and plain.points == 5 and plain.found == ""


@pytest.mark.parametrize("name", LITTER)
def test_it_is_no_file_of_the_submission(graded, name):
    folder = graded[0].submitted / "plain" / "toy"
    assert is_of_nobody(name)
    assert name not in dict(handed_in(folder)) and name not in read_files(folder)


@pytest.mark.parametrize("name", ["toy.ipynb", "DS_Store.ipynb", "my._file.py", "MACOSX/a.py", "..ipynb"])
def test_a_students_own_file_is_not_taken_for_it(name):
    assert not is_of_nobody(name)
