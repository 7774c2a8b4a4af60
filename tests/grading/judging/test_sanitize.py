"""A submitted notebook is made anew: the student's text, everything else the instructor's, whatever was mangled."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.grading.course.assignment_spec import CellSpec, NotebookSpec
from course_utils.grading.course.notebook_file import NotebookFileError, parse_submission
from course_utils.grading.judging.sanitize import MAX_CELLS, sanitized


def cell_spec(name: str, kind: str = "code", **changes) -> CellSpec:
    marks = {"source": f"# {name}", "checksum": "0", "locked": False, "grade": False, "solution": False, "task": False,
             "points": None}  # fmt: skip
    return CellSpec(name, kind, **(marks | changes))


SPEC = NotebookSpec(
    "toy",
    {"name": "python3", "display_name": "Python 3", "language": "python"},
    (
        cell_spec("read-me", "markdown", locked=True),
        cell_spec("double", solution=True),
        cell_spec("double-check", locked=True, grade=True, points=3.0, source="assert double(1) == 2"),
        cell_spec("why", "markdown", solution=True, grade=True, points=2.0),
    ),
)
CHECK = {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": "double-check"}}, "source": "pass"}


def clean(*cells):
    return sanitized(list(cells), SPEC)


def code(source: str, name: str = "", **marks) -> dict:
    metadata = {"nbgrader": {"grade_id": name, **marks}} if name else {}
    return {"cell_type": "code", "metadata": metadata, "source": source}


def names(notebook) -> list[str]:
    return [cell.metadata.get("nbgrader", {}).get("grade_id", "") for cell in notebook.cells]


def sources(notebook, name: str) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == name]


def test_a_students_text_stays_and_a_locked_text_is_the_instructors():
    made = clean(code("mine", "double"), code("pass", "double-check"), code("more"))
    assert sources(made, "double") == ["mine"]
    assert sources(made, "double-check") == ["assert double(1) == 2"]
    assert "more" in [cell.source for cell in made.cells]


def test_marks_and_points_are_the_instructors():
    made = clean(
        code("x", "double-check", points=1000, grade=False, locked=False), code("x", "made-up", grade=True, points=9)
    )
    marks = made.cells[0].metadata.nbgrader
    assert (marks.points, marks.grade, marks.locked) == (3, True, True)
    assert "made-up" not in names(made) and names(made).count("") == 1


def test_outputs_attachments_and_other_metadata_are_gone():
    cell = code("1", "double") | {
        "outputs": [{"output_type": "stream"}],
        "attachments": {"a": {}},
        "execution_count": 7,
    }
    made = clean(cell | {"metadata": cell["metadata"] | {"tags": ["x"], "editable": False}})
    assert made.cells[0].outputs == [] and made.cells[0].execution_count is None
    assert set(made.cells[0].metadata) == {"nbgrader"} and set(made.metadata) == {"kernelspec"}


def test_graded_and_locked_cells_that_are_missing_come_back_at_the_end():
    made = clean(code("x"))
    assert names(made) == ["", "read-me", "double-check", "why"]
    assert sources(made, "double-check") == ["assert double(1) == 2"]


def test_of_cells_with_one_name_the_last_counts_and_the_others_are_ordinary():
    made = clean(code("first", "double"), code("second", "double"))
    assert [cell.source for cell in made.cells[:2]] == ["first", "second"]
    assert names(made)[:2] == ["", "double"]


def test_a_cell_of_another_kind_becomes_what_the_instructor_made_it():
    made = clean(code("text", "double-check") | {"cell_type": "markdown"})
    assert made.cells[0].cell_type == "code"


def test_two_submissions_have_the_same_cell_ids():
    assert [cell.id for cell in clean(code("a")).cells] == [cell.id for cell in clean(code("b")).cells]


def test_more_cells_than_are_graded_are_refused_with_their_number():
    with pytest.raises(NotebookFileError, match=f"{MAX_CELLS + 1} cells"):
        clean(*[code("x")] * (MAX_CELLS + 1))


def test_a_huge_cell_is_left_out():
    assert "left out" in clean(code("x" * 2_000_000, "double")).cells[0].source


def test_what_no_file_could_hold_is_replaced():
    assert nbformat.writes(clean(code("x = '\ud800'", "double"))).encode()


ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 9) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
MARKS = st.fixed_dictionaries({}, optional={
    "grade_id": st.sampled_from(["double", "double-check", "why", "read-me", "x"]) | ANY, "points": ANY, "grade": ANY,
    "schema_version": ANY, "locked": ANY, "cell_type": ANY,
})  # fmt: skip
CELLS = st.fixed_dictionaries({}, optional={
    "cell_type": st.sampled_from(["code", "markdown", "raw", "heading"]) | ANY,
    "source": st.text(max_size=9) | st.lists(st.text(max_size=5), max_size=3) | ANY,
    "metadata": st.fixed_dictionaries({}, optional={"nbgrader": MARKS | ANY}) | ANY,
    "outputs": ANY, "id": ANY, "attachments": ANY,
})  # fmt: skip
NOTEBOOKS = st.fixed_dictionaries({"cells": st.lists(CELLS | ANY, max_size=6)}, optional={
    "metadata": ANY, "nbformat": st.integers(2, 5) | ANY, "nbformat_minor": ANY, "worksheets": ANY,
})  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(NOTEBOOKS | ANY)
def test_a_mangled_notebook_is_refused_or_has_every_graded_cell_once_and_can_be_written(mangled):
    try:
        cells = parse_submission("toy.ipynb", json.dumps(mangled).encode())
    except NotebookFileError:
        return
    made = sanitized(cells, SPEC)
    nbformat.validate(made)
    assert nbformat.writes(made).encode()
    graded = [(cell.metadata.nbgrader.grade_id, cell.metadata.nbgrader.get("points")) for cell in made.cells
              if "nbgrader" in cell.metadata and cell.metadata.nbgrader.grade]  # fmt: skip
    assert sorted(graded) == [("double-check", 3.0), ("why", 2.0)]
    assert sources(made, "double-check") == ["assert double(1) == 2"]


@pytest.mark.parametrize(
    "cell",
    [
        {"metadata": {"tags": [[{"a": number}] for number in range(3000)]}},
        {"metadata": {}, "cell_type": "code", "outputs": [{}] * 200_000},
    ],
    ids=["tags", "outputs"],
)
def test_what_a_validator_would_take_hours_for_is_not_even_looked_at(cell):
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell | {"source": "x"}]}
    started = time.thread_time()
    assert clean(*parse_submission("toy.ipynb", json.dumps(notebook).encode())).cells[0].source == "x"
    assert time.thread_time() - started < 2


def test_an_older_format_says_the_same():
    cells = [
        {"cell_type": "heading", "level": 2, "source": ["A", "toy"]},
        {"cell_type": "code", "input": ["x = 1\n", "y = 2"], "metadata": {"nbgrader": {"grade_id": "double"}}},
        {"cell_type": "html", "source": "<b>"},
        {"cell_type": ["?"], "source": 1},
    ]
    older = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}, 7]}
    made = clean(*parse_submission("toy.ipynb", json.dumps(older).encode()))
    ours = [cell for cell in made.cells if cell.metadata.get("nbgrader", {}).get("grade_id") in (None, "double")]
    assert [(cell.cell_type, cell.source) for cell in ours] == [
        ("markdown", "## A\ntoy"), ("code", "x = 1\ny = 2"), ("markdown", "<b>"), ("raw", "")
    ]  # fmt: skip
    assert sources(made, "double") == ["x = 1\ny = 2"]


def test_a_check_that_was_deleted_comes_back_behind_the_cell_that_it_follows():
    assert names(clean(code("def double(x): ...", "double"), code("x = 1"), code("double = 3"))) == [
        "double", "double-check", "why", "", "", "read-me",
    ]  # fmt: skip


def test_a_check_that_was_deleted_waits_for_the_function_that_it_asks_for():
    made = clean(code("", "double"), code("x = 1"), code("def double(x): return 2 * x"), code("double = 3"))
    assert names(made)[:4] == ["double", "", "", "double-check"]


def test_a_cell_without_marks_is_known_by_the_function_that_it_defines_or_by_the_locked_text():
    stub = replace(SPEC.cells[1], source="def double(x):\n    raise NotImplementedError")
    spec = replace(SPEC, cells=(SPEC.cells[0], stub, *SPEC.cells[2:]))
    cells = [
        code("import torch"),
        code("def double(x): return 2 * x"),
        code("assert double(1) == 2\n"),
        code("double = 3"),
    ]
    assert names(sanitized(cells, spec))[:4] == ["", "double", "double-check", "why"]
    twice = [*cells, code("def double(y): return 0")]
    assert "double" not in names(sanitized(twice, spec))
