"""A class that hands in the course's own gru: right answers, and whatever a test changes in them."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from course_utils.filesystem import REPOSITORY
from course_utils.grading.course.folder import CourseFolder, open_course

ANSWER = "The first epoch ends near 500, the last near 13."
Notebook = dict[str, Any]


def gru_course(root: Path, settings: str = "") -> CourseFolder:
    """A course folder with the repository's settings, these besides, and the assignment gru."""
    root.mkdir(parents=True)
    text = (REPOSITORY / "nbgrader_config.py").read_text(encoding="utf-8")
    (root / "nbgrader_config.py").write_text(f"{text}\n{settings}\n", encoding="utf-8")
    shutil.copytree(REPOSITORY / "source" / "gru", root / "source" / "gru")
    (root / "submitted").mkdir()
    return open_course(root)


def right() -> Notebook:
    """The released notebook with the course's own solutions; the cells that train are empty."""
    released = json.loads((REPOSITORY / "release" / "gru" / "gru.ipynb").read_text(encoding="utf-8"))
    source = json.loads((REPOSITORY / "source" / "gru" / "gru.ipynb").read_text(encoding="utf-8"))
    solutions = {name_of(cell): text_of(cell) for cell in source["cells"]}
    for cell in released["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        if marks.get("solution"):
            cell["source"] = ANSWER if cell["cell_type"] == "markdown" else solutions[name_of(cell)]
        elif not marks and cell["cell_type"] == "code" and "import torch" not in text_of(cell):
            cell["source"] = ""  # training, and what needs its result
    return released


def hand_in(course: CourseFolder, student: str, change: Callable[[Notebook], None] | None = None) -> Path:
    """Hand in the right answers after `change`; the notebook's path."""
    notebook = copy.deepcopy(right())
    if change:
        change(notebook)
    path = course.submitted / student / "gru" / "gru.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def name_of(cell: dict[str, Any]) -> str:
    return cell["metadata"].get("nbgrader", {}).get("grade_id", "")


def text_of(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def place_of(notebook: Notebook, name: str) -> int:
    return next(index for index, cell in enumerate(notebook["cells"]) if name_of(cell) == name)


def first_code(notebook: Notebook) -> dict[str, Any]:
    return next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")


def rewritten(name: str, change: Callable[[str], str]) -> Callable[[Notebook], None]:
    """A change of one answer's text."""

    def rewrite(notebook: Notebook) -> None:
        cell = notebook["cells"][place_of(notebook, name)]
        cell["source"] = change(text_of(cell))

    return rewrite


def code(source: str) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
