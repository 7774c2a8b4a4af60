"""A small course with copies of its chapters and assignments."""

from __future__ import annotations

import json

import pytest

from course_utils.desk.copies import hand_out


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
