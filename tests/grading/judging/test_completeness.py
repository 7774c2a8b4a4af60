"""What is missing in a notebook is said before somebody hands it in."""

from __future__ import annotations

import json

import pytest

from course_utils.grading.course.release import build
from course_utils.grading.judging.completeness import missing
from course_utils.grading.judging.work import read_work


@pytest.fixture
def of(course):
    """What is missing in the released toy after these changes of its cells."""
    build(course)

    def write(change):
        notebook = json.loads((course.release / "toy" / "toy.ipynb").read_text(encoding="utf-8"))
        named = {cell["metadata"].get("nbgrader", {}).get("grade_id"): cell for cell in notebook["cells"]}
        for count, cell in enumerate(named.values(), 1):
            if cell["cell_type"] == "code":
                cell["execution_count"] = count
        named["why"]["source"] = "Because."
        change(named)
        path = course.root / "work" / "toy" / "toy.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(notebook), encoding="utf-8")
        return list(missing(read_work(path, course.root)))

    return write


def test_a_whole_notebook_misses_nothing(of):
    assert of(lambda cells: None) == []


def test_questions_without_an_answer_are_counted_and_named(of):
    assert of(lambda cells: cells["why"].update(source="YOUR ANSWER HERE")) == [
        "0 of 1 questions are answered; empty: why"
    ]


def test_a_cell_that_is_no_python_is_named(of):
    assert of(lambda cells: cells["double"].update(source="def double(x)：")) == [
        "the cell double is not Python: it cannot run"
    ]


def test_checks_that_never_ran_or_ran_before_their_function_are_named(of):
    def change(cells):
        cells["double"]["execution_count"] = 9
        cells["text-bonus"]["execution_count"] = None

    assert of(change) == [
        "the check double-check is older than double, which ran after it",
        "the check text-bonus never ran in the saved notebook",
    ]


def test_a_notebook_of_which_nothing_ran_is_said_in_one_sentence(of):
    def change(cells):
        for cell in cells.values():
            cell.pop("execution_count", None)

    assert of(change) == ["no cell of the saved notebook has run: its outputs are missing"]


def test_a_quiz_without_clicks_is_said(of):
    said = of(lambda cells: cells["double-check"].update(source='check("quiz.q1", answers)'))
    assert not any("quiz_answers.json" in line for line in said)  # a changed check is not the assignment's
