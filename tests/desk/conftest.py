"""A small course with copies of its chapters and assignments, and a student who has the toy."""

from __future__ import annotations

import json

import pytest

from course_utils.desk.copies import hand_out
from course_utils.grading.course.release import build
from tests.toy_course import course as toy_course  # noqa: F401  (a fixture)


def write_notebook(path, *cells):
    path.parent.mkdir(parents=True, exist_ok=True)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"cells": list(cells), "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook))


def text(source):
    return {"cell_type": "markdown", "id": source[:5].strip("# "), "metadata": {}, "source": source}


def code(source, name="", count=None, points=None, outputs=()):
    """A cell; with a name one that nbgrader knows, with points a check."""
    marks = {"grade_id": name, "grade": points is not None, "solution": points is None, "points": points}
    metadata = {"nbgrader": marks} if name else {}
    cell = {"cell_type": "code", "id": name or source, "metadata": metadata, "source": source}
    return {**cell, "outputs": list(outputs), "execution_count": count}


CHECK = code('check("gru.forward", gru)', "check", points=5)


def passed(points):
    marks = {"task": "gru.forward", "passed": points == 5, "points": points, "max_points": 5}
    return {"output_type": "display_data", "data": {}, "metadata": {"course": marks}}


@pytest.fixture
def course(tmp_path):
    """Two chapters, an assignment that belongs to one, and one that belongs to none, handed out."""
    root = tmp_path / "the course"
    write_notebook(root / "notebooks/00_rnn.ipynb", text("# A network"), code("a", count=1), code("b", count=2))
    write_notebook(root / "notebooks/01_gru.ipynb", text("# Gates (门控循环单元)"), code("a", count=1))
    write_notebook(root / "release/gru/gru.ipynb", text("# Assignment: a GRU"), code("...", "gru"), CHECK)
    write_notebook(root / "release/essay/essay.ipynb", text("# Assignment: an essay"))
    (root / "README.md").write_text("# Networks\n\nText.\n")
    hand_out(root)
    return root


@pytest.fixture
def student(toy_course, tmp_path):  # noqa: F811
    """A student's folder, in which only the toy is released; `student(change)` writes it with changed cells."""
    build(toy_course)
    text = (toy_course.release / "toy" / "toy.ipynb").read_text(encoding="utf-8")
    root = tmp_path / "student"
    for place in ("release", "work"):
        (root / place / "toy").mkdir(parents=True)
        (root / place / "toy" / "toy.ipynb").write_text(text, encoding="utf-8")

    def write(change=lambda cells: None, body="return 2 * x", answer="Because."):
        notebook = json.loads(text)
        cells = {cell["metadata"].get("nbgrader", {}).get("grade_id"): cell for cell in notebook["cells"]}
        cells["double"]["source"], cells["why"]["source"] = f"def double(x):\n    {body}", answer
        for count, cell in enumerate(cells.values(), 1):
            if cell["cell_type"] == "code":
                cell["execution_count"] = count
        change(notebook["cells"])
        (root / "work" / "toy" / "toy.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        return root

    return write


def named(cells, name):
    """The cell that nbgrader's marks give this name."""
    return next(cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("grade_id") == name)
