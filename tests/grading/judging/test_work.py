"""A notebook on a student's machine is known as the assignment that it is, under any name."""

from __future__ import annotations

import json

import pytest

from course_utils.grading.course.notebook_file import NotebookFileError
from course_utils.grading.course.release import build
from course_utils.grading.judging.work import read_work


@pytest.fixture
def toy(course):
    """A course whose toy is released, and the student's copy of it, in which cells can be changed."""
    build(course)
    notebook = json.loads((course.release / "toy" / "toy.ipynb").read_text(encoding="utf-8"))

    def write(change=lambda cells: None, name="toy.ipynb"):
        change(notebook["cells"])
        path = course.root / "work" / "toy" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(notebook), encoding="utf-8")
        return read_work(path, course.root)

    return write


def names(cells):
    return [cell.name for cell in cells]


def test_a_copy_as_it_was_given_out_has_no_differences_and_no_answers(toy):
    work = toy()
    assert work.is_known and list(work.differences()) == [] and work.notes == ()
    assert names(work.checks) == ["double-check", "text-bonus"]
    assert names(work.questions) == names(work.unanswered()) == ["why"]


def test_a_written_answer_is_one(toy):
    def change(cells):
        cells[3]["source"] = "Because two is twice one."

    assert toy(change).unanswered() == []


def test_a_copy_without_marks_is_known_by_its_place(toy):
    def change(cells):
        for cell in cells:
            cell["metadata"] = {}

    work = toy(change)
    assert work.is_known and names(work.checks) == ["double-check", "text-bonus"]


def test_cells_that_are_missing_changed_or_double_are_named(toy):
    def change(cells):
        cells[2]["source"] = "pass"
        cells.append(dict(cells[3]))
        del cells[4]

    assert list(toy(change).differences()) == [
        "the cell double-check was changed: it counts as it was given out",
        "the cell why is there 2 times: the last one counts",
        "the cell text-bonus is missing: it counts all the same",
    ]


def test_another_name_is_said(toy):
    assert toy(name="toy (1).ipynb").notes == ("toy (1).ipynb is not its name: hand it in as toy.ipynb",)


def test_the_instructors_own_notebook_is_what_it_is(toy, course):
    work = read_work(course.source / "toy" / "toy.ipynb", course.root)
    assert not work.is_known and work.unanswered() == []


def test_files_beside_it_are_the_students_or_the_assignments(toy, course):
    (course.release / "toy" / "data.txt").write_text("given")
    folder = course.root / "work" / "toy"
    folder.mkdir(parents=True)
    (folder / "data.txt").write_text("changed")
    (folder / "own.txt").write_text("mine")
    work = toy()
    assert work.files == {"data.txt": b"given", "own.txt": b"mine"} and work.own == {"own.txt": b"mine"}


def test_a_folder_that_holds_too_much_is_left_out_and_said(toy, monkeypatch):
    monkeypatch.setattr("course_utils.grading.course.submission.MAX_FILES", 0)
    (toy().path.parent / "own.txt").touch()
    work = toy()
    assert work.own == {} and "put it into a folder of its own" in work.notes[0]


def test_what_is_no_notebook_is_an_error(tmp_path):
    with pytest.raises(NotebookFileError, match=r"there is no gru\.ipynb"):
        read_work(tmp_path / "gru.ipynb", tmp_path)
