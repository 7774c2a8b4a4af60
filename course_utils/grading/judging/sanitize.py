"""A submission's notebook made again from scratch: the student's text, and everything else from the instructor.

Of a submitted cell only its kind and its source are taken. Which cells are graded, for how many points, in which kernel
they run, and what the locked ones say comes from the gradebook; outputs and all other metadata are gone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from course_utils.grading.course.assignment_spec import CellSpec, NotebookSpec
from course_utils.grading.course.notebook_file import NotebookFileError

MAX_CELLS = 5000
MAX_SOURCE = 2**20  # characters per cell
MAKE = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}


def sanitized(given: Sequence[dict[str, Any]], spec: NotebookSpec) -> NotebookNode:
    """The notebook of the submitted cells, cleaned; cells of the instructor that are missing stand at its end.

    Of cells that claim the same name the last one counts, as in nbgrader; the others are ordinary cells.
    Raises NotebookFileError for more than MAX_CELLS cells.
    """
    if len(given) > MAX_CELLS:
        raise NotebookFileError(f"{spec.name}.ipynb has {len(given)} cells; at most {MAX_CELLS} are graded")
    known = {cell.name: cell for cell in spec.cells}
    last = {_name(cell): index for index, cell in enumerate(given)}
    cells = []
    for index, cell in enumerate(given):
        name = _name(cell)
        cells.append(_marked(cell, known.pop(name)) if name in known and last[name] == index else _plain(cell))
    missing = [cell for cell in known.values() if cell.grade or cell.task or cell.locked]
    cells += [MAKE[cell.cell_type](source=cell.source, metadata=cell.metadata()) for cell in missing]
    for index, cell in enumerate(cells):
        cell.id = hashlib.sha256(f"{spec.name} {index}".encode()).hexdigest()[:8]
    return new_notebook(cells=cells, metadata={"kernelspec": spec.kernelspec} if spec.kernelspec else {})


def _name(cell: dict[str, Any]) -> str:
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = marks.get("grade_id") if isinstance(marks, dict) else None
    return name if isinstance(name, str) else ""


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        return ""
    source = source.encode("utf-8", "replace").decode()  # half a character could not be written
    return source if len(source) <= MAX_SOURCE else "# a cell of more than 1 MiB, left out"


def _plain(cell: dict[str, Any]) -> NotebookNode:
    kind = cell.get("cell_type")
    return MAKE.get(kind if isinstance(kind, str) else "raw", new_raw_cell)(source=_source(cell))


def _marked(cell: dict[str, Any], spec: CellSpec) -> NotebookNode:
    source = spec.source if spec.locked else _source(cell)
    return MAKE[spec.cell_type](source=source, metadata=spec.metadata())
