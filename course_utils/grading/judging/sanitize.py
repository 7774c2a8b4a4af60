"""A submission's notebook made again from scratch: the student's text, and everything else from the instructor.

Of a submitted cell only its kind, its source and its pictures are taken. Which cells are graded, for how many points,
in which kernel they run, and what the locked ones say comes from the gradebook. Outputs and other metadata are gone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from course_utils.grading.course.assignment_spec import CellSpec, NotebookSpec
from course_utils.grading.course.notebook_file import NotebookFileError
from course_utils.grading.judging.pictures import Pictures
from course_utils.grading.judging.placing import cell_text, places, places_by_content, put_back
from course_utils.translation import say

MAX_CELLS = 5000
MAX_SOURCE = 2**20  # characters per cell
MAKE = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}


def sanitized(
    given: Sequence[dict[str, Any]], spec: NotebookSpec, files: Mapping[str, bytes] | None = None
) -> NotebookNode:
    """The notebook of the submitted cells, cleaned; cells of the instructor that are missing stand in their order.

    Of cells that claim the same name the last one counts, as in nbgrader; the others are ordinary cells.
    files: what stands beside the notebook, for the pictures among it. Raises NotebookFileError for more than
    MAX_CELLS cells.
    """
    if len(given) > MAX_CELLS:
        raise NotebookFileError(
            say(
                "{notebook}.ipynb has {count} cells; at most {most} are graded",
                notebook=spec.name,
                count=len(given),
                most=MAX_CELLS,
            )
        )
    specs = {cell.name: cell for cell in spec.cells}
    known = {**places_by_content(given, spec), **places(given, spec)}
    named = {index: specs[name] for name, index in known.items()}
    pictures = Pictures(files)
    cells = [_marked(cell, named[index], pictures) if index in named else _plain(cell, pictures)
             for index, cell in enumerate(given)]  # fmt: skip
    missing = [cell for cell in spec.cells if cell.name not in known and (cell.grade or cell.task or cell.locked)]
    if missing:
        put_back(
            cells, missing, spec, lambda cell: _made(cell.cell_type, cell.source, cell.attachments, pictures, cell)
        )
    for index, cell in enumerate(cells):
        cell.id = hashlib.sha256(f"{spec.name} {index}".encode()).hexdigest()[:8]
    return new_notebook(cells=cells, metadata={"kernelspec": spec.kernelspec} if spec.kernelspec else {})


def _plain(cell: dict[str, Any], pictures: Pictures) -> NotebookNode:
    kind = cell.get("cell_type")
    kind = kind if isinstance(kind, str) and kind in MAKE else "raw"
    return _made(kind, cell_text(cell), cell.get("attachments"), pictures)


def _marked(cell: dict[str, Any], spec: CellSpec, pictures: Pictures) -> NotebookNode:
    if spec.locked:
        return _instructors(spec, pictures)
    return _made(spec.cell_type, cell_text(cell), cell.get("attachments"), pictures, spec)


def _instructors(spec: CellSpec, pictures: Pictures) -> NotebookNode:
    return _made(spec.cell_type, spec.source, spec.attachments, pictures, spec)


def _made(
    kind: str, source: str, attachments: object, pictures: Pictures, spec: CellSpec | None = None
) -> NotebookNode:
    kept: dict[str, Any] = {}
    if kind == "markdown":
        source, kept = pictures.of_cell(source, attachments)
    if len(source) > MAX_SOURCE:
        source = say("# a cell of more than 1 MiB, left out")
    cell = MAKE[kind](source=source, metadata=spec.metadata() if spec else {})
    if kept:
        cell.attachments = kept
    return cell
