"""An assignment as plain data for workers: the instructor's cells, as the gradebook has them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class CellSpec:
    """A cell that nbgrader knows. `points` is None for cells that earn none."""

    name: str
    cell_type: str
    source: str
    checksum: str
    locked: bool
    grade: bool
    solution: bool
    task: bool
    points: float | None

    def metadata(self) -> dict[str, Any]:
        """nbgrader's marks of this cell, as its own generator writes them."""
        marks: dict[str, Any] = {
            "schema_version": 3, "grade_id": self.name, "grade": self.grade, "solution": self.solution,
            "locked": self.locked, "task": self.task, "cell_type": self.cell_type, "checksum": self.checksum,
        }  # fmt: skip
        if self.points is not None:
            marks["points"] = self.points
        return {"nbgrader": marks}


@dataclass(frozen=True)
class NotebookSpec:
    """A notebook of the assignment: its kernel, and its marked cells in order."""

    name: str
    kernelspec: dict[str, Any]
    cells: tuple[CellSpec, ...]


def notebook_specs(gradebook: Any, assignment: str) -> dict[str, NotebookSpec]:
    """Name -> notebook, for all notebooks of the assignment. Raises nbgrader's MissingEntry for an unknown one."""
    return {
        notebook.name: _notebook(notebook)
        for notebook in sorted(gradebook.find_assignment(assignment).notebooks, key=lambda notebook: notebook.name)
    }


def _notebook(notebook: Any) -> NotebookSpec:
    graded = {cell.name: float(cell.max_score) for cell in notebook.grade_cells}
    tasks = {cell.name: float(cell.max_score) for cell in notebook.task_cells}
    solutions = {cell.name for cell in notebook.solution_cells}
    cells = tuple(
        CellSpec(
            name=cell.name,
            cell_type=str(cell.cell_type),
            source=cell.source or "",
            checksum=cell.checksum or "",
            locked=bool(cell.locked),
            grade=cell.name in graded,
            solution=cell.name in solutions,
            task=cell.name in tasks,
            points=graded.get(cell.name, tasks.get(cell.name)),
        )
        for cell in notebook.source_cells
    )
    kernelspec = json.loads(notebook.kernelspec) if notebook.kernelspec else {}
    return NotebookSpec(notebook.name, kernelspec, cells)
