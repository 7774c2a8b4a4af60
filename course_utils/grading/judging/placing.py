"""Which cell of a submission is which of the instructor's, and where those belong that are missing."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

from course_utils.grading.course.assignment_spec import CellSpec, NotebookSpec

DEFINED = re.compile(r"^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", re.MULTILINE)
ASSIGNED = re.compile(r"^(\w+)[ \t]*=(?!=)", re.MULTILINE)


def cell_name(cell: dict[str, Any]) -> str:
    """The name that nbgrader's marks give the cell, or ""."""
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = marks.get("grade_id") if isinstance(marks, dict) else None
    return name if isinstance(name, str) else ""


def cell_text(cell: dict[str, Any]) -> str:
    """The cell's source as one text; "" where it is none."""
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    return source.encode("utf-8", "replace").decode() if isinstance(source, str) else ""  # half a character is none


def places(given: Sequence[dict[str, Any]], spec: NotebookSpec) -> dict[str, int]:
    """Name -> index of the given cell that counts for it; of cells that claim a name the last, as in nbgrader."""
    last = {cell_name(cell): index for index, cell in enumerate(given)}
    return {cell.name: last[cell.name] for cell in spec.cells if cell.name in last}


def places_by_content(given: Sequence[dict[str, Any]], spec: NotebookSpec) -> dict[str, int]:
    """The same for cells without any marks, by what is in them; only where exactly one fits exactly one.

    A locked cell is known by its text, an answer in code by the functions that it defines.
    """
    known = places(given, spec)
    missing = [cell for cell in spec.cells if cell.name not in known]
    texts = {index: cell_text(cell).strip() for index, cell in enumerate(given) if missing and not cell_name(cell)}
    defined = {index: set(DEFINED.findall(text)) for index, text in texts.items()}
    fitting = {
        cell.name: [at for at in texts if given[at].get("cell_type") == cell.cell_type
                    and _fits(cell, texts[at], defined[at])]
        for cell in missing
    }  # fmt: skip
    claims = [index for indices in fitting.values() for index in indices]
    return {name: at[0] for name, at in fitting.items() if len(at) == 1 and claims.count(at[0]) == 1}


def _fits(cell: CellSpec, text: str, defined: set[str]) -> bool:
    if cell.locked or cell.cell_type != "code":
        return text == cell.source.strip()
    functions = set(DEFINED.findall(cell.source))
    return bool(functions) and functions <= defined


def names_defined(source: str) -> set[str]:
    """The names that the source gives a meaning at its top level, as far as its lines tell."""
    return {*DEFINED.findall(source), *ASSIGNED.findall(source)}


def names_used(source: str) -> set[str]:
    """The names that a cell reads; none where the source is not Python."""
    try:
        tree = ast.parse(TransformerManager().transform_cell(source))
    except (SyntaxError, ValueError):
        return set()
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def put_back(cells: list[Any], missing: Sequence[CellSpec], spec: NotebookSpec, make: Any) -> None:
    """Insert the missing cells, each behind its predecessor in the instructor's order.

    What a name means there is what is judged; a name that is defined further down only is waited for.
    """
    order = [cell.name for cell in spec.cells]
    marks = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in cells]
    defined = [names_defined(cell.source) if cell.cell_type == "code" else set() for cell in cells]
    for cell in missing:
        at = order.index(cell.name)
        is_code = cell.cell_type == "code"
        used = names_used(cell.source) if is_code else set()
        place = _behind(marks, order[:at], order[at + 1 :] if is_code else [])
        if place is None:  # nothing of this notebook is there: behind its names, or last
            place = 0 if used & set().union(*defined) else len(cells)
        place = _after_definitions(defined, used, place)
        cells.insert(place, make(cell))
        marks.insert(place, cell.name)
        defined.insert(place, names_defined(cell.source) if cell.cell_type == "code" else set())


def _behind(marks: list[str | None], before: list[str], after: list[str]) -> int | None:
    for name in reversed(before):
        if name in marks:
            return marks.index(name) + 1
    return next((marks.index(name) for name in after if name in marks), None)


def _after_definitions(defined: list[set[str]], used: set[str], place: int) -> int:
    """The place, or behind the cell that defines the last of the used names that are defined later only."""
    late = used - set().union(*defined[:place])
    for index in range(place, len(defined)):
        if late & defined[index]:
            late -= defined[index]
            place = index + 1
    return place
