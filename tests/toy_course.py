"""A toy course for the real nbgrader: one function, a check, a written question and a bonus."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils.filesystem import REPOSITORY, put_tools_on_path
from course_utils.grading.course.folder import CourseFolder, open_course
from course_utils.sandbox.outside.kernel import Sandbox
from course_utils.sandbox.outside.shared import shared_sandbox
from course_utils.sandbox.protocol.limits import Limits

put_tools_on_path()  # as `./course test` does: nbgrader's own commands start alembic

SETTINGS = REPOSITORY / "nbgrader_config.py"
SOLUTION = "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
CHECK = """\
class CheckFailed(Exception):
    pass
if double(3) != 6:
    raise CheckFailed("double(3) is not 6: the argument is not doubled\\nexpected 6")"""


def marked(cell, name: str, *, points: float | None = None, solution: bool = False):
    """The cell with nbgrader's marks."""
    cell.metadata["nbgrader"] = {
        "schema_version": 3,
        "grade_id": name,
        "grade": points is not None,
        "solution": solution,
        "locked": not solution,
        "task": False,
    } | ({"points": points} if points is not None else {})
    return cell


def toy_notebook():
    """The instructor's notebook of the toy assignment: 5 points and 2 of bonus."""
    cells = [
        new_markdown_cell("# A toy"),
        marked(new_code_cell(SOLUTION), "double", solution=True),
        marked(new_code_cell(CHECK), "double-check", points=3),
        marked(new_markdown_cell("Because."), "why", points=2, solution=True),
        marked(new_code_cell("assert double('ab') == 'abab', 'strings double too'"), "text-bonus", points=2),
    ]
    notebook = new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return notebook


def make_course(root: Path, assignment: str = "toy") -> CourseFolder:
    """A course folder with the repository's settings and the toy assignment."""
    (root / "source" / assignment).mkdir(parents=True)
    (root / "submitted").mkdir()
    shutil.copy(SETTINGS, root)
    nbformat.write(toy_notebook(), root / "source" / assignment / f"{assignment}.ipynb")
    return open_course(root)


def submit(
    course: CourseFolder,
    student: str,
    body: str = "return 2 * x",
    answer: str = "Because.",
    assignment: str = "toy",
) -> Path:
    """Hand in the toy notebook with this body of `double` and this answer; the file's path."""
    notebook = json.loads((course.release / assignment / f"{assignment}.ipynb").read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name == "double":
            cell["source"] = "def double(x):\n" + "".join(f"    {line}\n" for line in body.splitlines())
        if name == "why":
            cell["source"] = answer
    path = course.submitted / student / assignment / f"{assignment}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def new_course():
    return make_course


@pytest.fixture(scope="session")
def hand_in():
    return submit


@pytest.fixture
def course(tmp_path) -> CourseFolder:
    return make_course(tmp_path / "a course")


@pytest.fixture(scope="session")
def the_sandbox(needs) -> Sandbox:
    """One for all tests of a process, which is also the one that grades in it: starting it takes seconds."""
    needs("bwrap")
    return shared_sandbox(Limits(), "bubblewrap")


@pytest.fixture
def sandbox(the_sandbox, monkeypatch) -> Sandbox:
    """The sandbox, with limits that a test may replace: `sandbox.limits = Limits(cell_seconds=1)`."""
    monkeypatch.setattr(the_sandbox, "limits", the_sandbox.limits)
    return the_sandbox
