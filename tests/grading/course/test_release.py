"""`source/` becomes `release/`: without solutions, the same bytes each time, and nothing left behind."""

from __future__ import annotations

import shutil
import tempfile

import nbformat
import pytest

from course_utils.errors import CourseError
from course_utils.filesystem import REPOSITORY
from course_utils.grading.course.release import build, outdated


@pytest.fixture(scope="module")
def built(new_course, tmp_path_factory):
    course = new_course(tmp_path_factory.mktemp("built") / "a course", "my toy")
    (course.source / "my toy" / "data.txt").write_text("numbers", encoding="utf-8")
    temporary = tmp_path_factory.mktemp("temporary")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(temporary))  # in the machine's own, others are at work
        assert build(course) == ["my toy"]
    assert list(temporary.glob("course-*")) == []
    return course


@pytest.fixture
def fresh(built, tmp_path):
    """A copy of the built course, to be spoilt."""
    shutil.copytree(built.root, tmp_path / "copy")
    return type(built)(tmp_path / "copy", built.config)


def released(course):
    return nbformat.read(course.release / "my toy" / "my toy.ipynb", as_version=4)


def test_solutions_are_replaced_by_a_friendly_stub(built):
    text = "\n".join(cell.source for cell in released(built).cells)
    assert "2 * x" not in text and "BEGIN SOLUTION" not in text
    assert 'raise NotImplementedError("write this part' in text


def test_other_files_come_along(built):
    assert (built.release / "my toy" / "data.txt").read_text(encoding="utf-8") == "numbers"


def test_nothing_but_the_release_is_made(built):
    assert sorted(path.name for path in built.root.iterdir()) == [
        "nbgrader_config.py", "release", "source", "submitted",
    ]  # fmt: skip
    assert [path.name for path in built.release.iterdir()] == ["my toy"]


def test_a_second_build_gives_the_same_bytes_also_for_cells_without_ids(fresh):
    path = fresh.source / "my toy" / "my toy.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        del cell["id"]
    notebook.nbformat_minor = 4
    nbformat.write(notebook, path)
    build(fresh)
    first = (fresh.release / "my toy" / "my toy.ipynb").read_bytes()
    build(fresh)
    assert (fresh.release / "my toy" / "my toy.ipynb").read_bytes() == first


def test_the_check_is_silent_when_the_release_is_up_to_date(built):
    assert outdated(built) == []


def test_the_check_names_what_differs(fresh):
    (fresh.source / "my toy" / "data.txt").write_text("changed", encoding="utf-8")
    (fresh.source / "my toy" / "new.txt").touch()
    (fresh.release / "my toy" / "extra.txt").touch()
    (fresh.release / "orphan").mkdir()
    lines = outdated(fresh)
    for name in ("my toy/data.txt differs", "my toy/new.txt is missing", "my toy/extra.txt does not", "orphan has no"):
        assert any(line.startswith(f"release/{name}") for line in lines), lines
    assert len(lines) == 4


def test_a_build_removes_what_the_source_no_longer_has(fresh):
    (fresh.release / "my toy" / "extra.txt").touch()
    build(fresh)
    assert not (fresh.release / "my toy" / "extra.txt").exists()


@pytest.mark.parametrize("content", ["", "{broken", '{"cells": 3}'], ids=["empty", "not JSON", "no notebook"])
def test_a_broken_source_is_named_and_the_old_release_stays(fresh, content):
    (fresh.source / "my toy" / "my toy.ipynb").write_text(content, encoding="utf-8")
    with pytest.raises(CourseError, match=r"source/my toy: my toy\.ipynb"):
        build(fresh)
    assert released(fresh).cells


def test_an_unclosed_solution_is_named_by_its_reason(fresh):
    path = fresh.source / "my toy" / "my toy.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("### END SOLUTION", ""), encoding="utf-8")
    with pytest.raises(CourseError, match="no end solution statement"):
        build(fresh)


def test_an_empty_source_has_nothing_to_build(fresh):
    shutil.rmtree(fresh.source / "my toy")
    with pytest.raises(CourseError, match="nothing to build"):
        build(fresh)


def test_the_name_of_the_chapters_folder_is_no_assignment_s(fresh):
    (fresh.source / "my toy").rename(fresh.source / "chapters")
    with pytest.raises(CourseError, match="cannot be named chapters: students have their copies"):
        build(fresh)


def test_the_empty_stub_of_a_quiz_stays_its_own(fresh):
    shutil.copytree(REPOSITORY / "source" / "quiz", fresh.source / "a quiz")
    shutil.copy(REPOSITORY / "source" / "quiz-bank.yaml", fresh.source / "a quiz-bank.yaml")
    assert build(fresh) == ["a quiz", "my toy"]
    assert any("NotImplementedError" in cell.source for cell in released(fresh).cells)
