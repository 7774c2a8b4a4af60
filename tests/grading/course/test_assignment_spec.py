"""An assignment as plain data is what nbgrader's generator wrote into the gradebook."""

from __future__ import annotations

import pickle

import nbformat
import pytest
from nbgrader.api import MissingEntry

from course_utils.grading.course.assignment_spec import notebook_specs
from course_utils.grading.course.release import build, register


@pytest.fixture
def specs(course):
    build(course)
    register(course, "toy")
    with course.gradebook() as gradebook:
        return notebook_specs(gradebook, "toy")


def test_the_cells_are_the_instructors_in_order_with_their_points(specs):
    assert [(cell.name, cell.points) for cell in specs["toy"].cells] == [
        ("double", None), ("double-check", 3.0), ("why", 2.0), ("text-bonus", 2.0)
    ]  # fmt: skip
    check = specs["toy"].cells[1]
    assert (check.grade, check.locked, check.solution, check.cell_type) == (True, True, False, "code")
    assert specs["toy"].kernelspec["name"] == "python3"


def test_a_cells_marks_are_those_of_nbgraders_own_generator(course, specs):
    released = nbformat.read(course.release / "toy" / "toy.ipynb", as_version=4)
    marks = {cell.metadata.nbgrader.grade_id: dict(cell.metadata.nbgrader) for cell in released.cells[1:]}
    assert {cell.name: cell.metadata()["nbgrader"] for cell in specs["toy"].cells} == marks


def test_specifications_travel_to_a_worker(specs):
    assert pickle.loads(pickle.dumps(specs)) == specs


def test_an_unknown_assignment_is_missing(course):
    with course.gradebook() as gradebook, pytest.raises(MissingEntry):
        notebook_specs(gradebook, "nothing")
