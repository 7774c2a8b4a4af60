"""A cell is known by its marks, or by its content where only one fits only one; missing cells have a place."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from course_utils.grading.course.assignment_spec import CellSpec, NotebookSpec
from course_utils.grading.judging.placing import (
    cell_name,
    cell_text,
    names_defined,
    names_used,
    places,
    places_by_content,
    put_back,
)


def cell_spec(name: str, source: str, **changes) -> CellSpec:
    marks = {"cell_type": "code", "checksum": "", "locked": False, "grade": False, "solution": False, "task": False,
             "points": None}  # fmt: skip
    return CellSpec(name=name, source=source, **(marks | changes))


SPEC = NotebookSpec(
    "toy",
    {},
    (
        cell_spec("one", "def one(): ...", solution=True),
        cell_spec("one-check", 'check("toy.one", one)', locked=True, grade=True, points=1.0),
        cell_spec("two", "def two(): ...\ndef also(): ...", solution=True),
        cell_spec("two-check", 'check("toy.two", two)', locked=True, grade=True, points=1.0),
    ),
)


def code(source: object, name: str = "") -> dict:
    return {"cell_type": "code", "source": source, "metadata": {"nbgrader": {"grade_id": name}} if name else {}}


def order_of(*cells: dict, missing: str) -> list[str]:
    """The names, or sources of cells without one, after the missing were put back."""
    made = [SimpleNamespace(cell_type="code", source=cell["source"], metadata=cell["metadata"]) for cell in cells]
    wanted = [cell for cell in SPEC.cells if cell.name in missing.split()]
    put_back(made, wanted, SPEC, lambda cell: SimpleNamespace(source=cell.name, metadata={}))
    return [cell.metadata.get("nbgrader", {}).get("grade_id") or cell.source for cell in made]


@pytest.mark.parametrize(
    "cell", [{}, {"metadata": 1}, {"metadata": {"nbgrader": []}}, {"metadata": {"nbgrader": {"grade_id": 3}}}]
)
def test_marks_that_are_none_name_nothing(cell):
    assert cell_name(cell) == ""


def test_a_text_may_come_in_lines():
    assert cell_text(code(["a\n", 3, "b"])) == "a\nb" and cell_text(code(7)) == ""


def test_of_cells_with_one_name_the_last_has_its_place():
    assert places([code("a", "one"), code("b", "one"), code("c", "unknown")], SPEC) == {"one": 1}


def test_cells_without_marks_are_known_by_functions_and_by_locked_texts():
    given = [code("def two(): 1\ndef also(): 2"), code('check("toy.one", one)\n'), code("def one(): 1")]
    assert places_by_content(given, SPEC) == {"one": 2, "one-check": 1, "two": 0}


@pytest.mark.parametrize(
    "given",
    [
        [code("def one(): 1"), code("def one(): 2")],
        [code("def one(): 1\ndef two(): 1\ndef also(): 1")],
        [code("def one(): 1", "another")],
        [code("one = 3")],
        [code("def one(): 1") | {"cell_type": "markdown"}],
    ],
    ids=["two fit", "fits two", "has other marks", "no function", "another kind"],
)
def test_whatever_is_not_certain_is_not_known(given):
    assert places_by_content(given, SPEC) == {}


def test_names_are_read_from_lines_and_from_trees():
    assert names_defined("def f(): 1\nasync def g(): 1\nclass C: 1\nx = 1\ny == 2\n  z = 3") == {"f", "g", "C", "x"}
    assert names_used("check('a', f, g.h)") == {"check", "f", "g"} and names_used("no python:") == set()


def test_a_missing_check_comes_behind_its_predecessor():
    assert order_of(code("def one(): 1", "one"), code("one = 2"), missing="one-check") == [
        "one",
        "one-check",
        "one = 2",
    ]


def test_it_comes_before_its_successor_where_the_predecessors_are_gone():
    assert order_of(code("x"), code("", "two"), missing="one-check") == ["x", "one-check", "two"]


def test_it_waits_for_a_definition_that_comes_later():
    cells = [code("", "one"), code("x"), code("def one(): 1"), code("one = 2")]
    assert order_of(*cells, missing="one-check") == ["one", "x", "def one(): 1", "one-check", "one = 2"]


def test_where_nothing_is_known_it_stands_behind_its_names_or_last():
    assert order_of(code("x"), code("def one(): 1"), code("y"), missing="one-check")[2] == "one-check"
    assert order_of(code("x"), code("y"), missing="one-check two-check") == ["x", "y", "one-check", "two-check"]
