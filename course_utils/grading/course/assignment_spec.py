"""An assignment as plain data for workers: the instructor's cells, as the gradebook has them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

from nbformat import NotebookNode


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
    attachments: dict[str, Any] = field(default_factory=dict)

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
    """A notebook of the assignment: its kernel, its marked cells in order, and the texts of the others."""

    name: str
    kernelspec: dict[str, Any]
    cells: tuple[CellSpec, ...]
    others: tuple[str, ...] = ()


def notebook_specs(gradebook: Any, assignment: str) -> dict[str, NotebookSpec]:
    """Name -> notebook, for all notebooks of the assignment. Raises nbgrader's MissingEntry for an unknown one."""
    return {
        notebook.name: _notebook(notebook)
        for notebook in sorted(gradebook.find_assignment(assignment).notebooks, key=lambda notebook: notebook.name)
    }


def is_bonus(name: str) -> bool:
    """Whether the points of the graded cell of this name count on top."""
    return "bonus" in name.lower()


def spec_of(name: str, notebook: NotebookNode, is_released: bool = True) -> NotebookSpec:
    """The same of a notebook that students have, without a gradebook: as released, or, where nothing else is known,
    as it is, with answers of which every word is the student's.
    """
    cells = []
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        if not isinstance(marks, dict) or not isinstance(marks.get("grade_id"), str):
            continue
        is_answer = bool(marks.get("solution"))
        flags: dict[str, Any] = {kind: bool(marks.get(kind)) for kind in ("locked", "grade", "solution", "task")}
        points = float(marks.get("points", 0)) if flags["grade"] or flags["task"] else None
        source = "" if is_answer and not is_released else cell.source
        cells.append(
            CellSpec(marks["grade_id"], cell.cell_type, source, str(marks.get("checksum", "")), **flags, points=points)
        )
    spec = NotebookSpec(name, dict(notebook.metadata.get("kernelspec", {})), tuple(cells))
    return with_released(spec, notebook) if is_released else spec


def with_released(spec: NotebookSpec, released: NotebookNode) -> NotebookSpec:
    """The notebook with what the gradebook does not know: pictures, and the texts of cells without marks."""
    names = {cell.name for cell in spec.cells}
    marked = [(cell.metadata.get("nbgrader", {}).get("grade_id"), cell) for cell in released.cells]
    attached = {name: cell.get("attachments") or {} for name, cell in marked if name in names}
    cells = tuple(replace(cell, attachments=dict(attached.get(cell.name, {}))) for cell in spec.cells)
    return replace(spec, cells=cells, others=tuple(cell.source for name, cell in marked if name not in names))


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
