"""Notebooks for the judge, as sanitising leaves them, and what it says of them."""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.filesystem import REPOSITORY
from course_utils.grading.judging.judge import CellJudgement, judge


@dataclass(frozen=True)
class Judged:
    """A judged notebook: its cells, and what was found of the graded ones by name."""

    notebook: NotebookNode
    cells: dict[str, CellJudgement]

    def points(self) -> list[float]:
        """Of the graded cells, in order."""
        return [cell.points for cell in self.cells.values()]

    def sentence(self, name: str) -> str:
        return self.cells[name].sentence

    def text(self) -> str:
        """All that a reader of the notebook sees in its outputs."""
        return json.dumps([cell.outputs for cell in self.notebook.cells], ensure_ascii=False)


def graded(source: str, name: str = "graded", points: float = 2) -> NotebookNode:
    """A graded code cell, the instructor's."""
    marks = {"grade_id": name, "grade": True, "solution": False, "locked": True, "points": points}
    return new_code_cell(source, metadata={"nbgrader": marks})


def judged(
    sandbox, *cells: str | NotebookNode, seed: int | None = None, files: dict[str, bytes] | None = None, quiz=None
):
    """The cells as one submission, judged; a string is a cell of the student's."""
    given = [new_code_cell(textwrap.dedent(cell)) if isinstance(cell, str) else cell for cell in cells]
    notebook = new_notebook(cells=given)
    return Judged(notebook, judge(notebook, sandbox, files, seed, quiz).cells)


def source_cells(assignment: str) -> list[NotebookNode]:
    """The imports, solutions and checks of an assignment with solutions; cells that only train are left out."""
    text = (REPOSITORY / "source" / assignment / f"{assignment}.ipynb").read_text(encoding="utf-8")
    cells = [new_code_cell("".join(cell["source"]), metadata=cell["metadata"]) for cell in json.loads(text)["cells"]
             if cell["cell_type"] == "code"]  # fmt: skip
    return [cell for cell in cells if "nbgrader" in cell.metadata or cell.source.startswith(("try", "import", "from"))]
