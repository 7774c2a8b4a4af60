"""A student who has the toy, for the tests of what is handed in."""

from __future__ import annotations

import json

import pytest

from course_utils.grading.course.release import build
from tests.toy_course import course as toy_course  # noqa: F401  (a fixture)


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
