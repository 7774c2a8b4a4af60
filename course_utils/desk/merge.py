"""A student's notebook and a new edition of it, cell by cell: nothing that the student wrote is lost.

The new edition gives the order, its texts and its checks. An answer keeps the student's text. Of the other cells the
side that changed counts; where both changed, the student's cell stands below the new one. Cells that the student added
stay behind the cell that they followed. What the student wrote into a cell that is gone becomes a cell of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from course_utils.grading.judging.placing import DEFINED, cell_name, cell_text
from course_utils.text import tidy

Cell = dict[str, Any]
Notebook = dict[str, Any]
MARKS = "nbgrader"


@dataclass
class Merged:
    """The merged notebook, and what became of its cells, each by its name or its first words.

    kept: answers of the student; beside: cells of which the student's version stands below the new one; new: cells
    that the student did not have; changed: cells with a new text; reworded: answers whose cell was given out with
    another text.
    """

    notebook: Notebook
    kept: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    reworded: list[str] = field(default_factory=list)


def same_cells(first: Notebook, second: Notebook) -> bool:
    """Whether two notebooks have the same cells, whatever their outputs and metadata."""
    return [*map(_written, first["cells"])] == [*map(_written, second["cells"])]


def shared_cells(first: Notebook, second: Notebook) -> int:
    """How many cells of the first are in the second, unchanged."""
    there = [_written(cell) for cell in second["cells"]]
    return sum(_written(cell) in there for cell in first["cells"])


def merge(base: Notebook | None, yours: Notebook, new: Notebook) -> Merged:
    """Merge what the student has with the new edition; base: what the student once got, where that is known."""
    merger = _Merger(base["cells"] if base else [], yours["cells"], new["cells"])
    notebook = {**new, "metadata": _metadata(base or new, yours, new)}
    merged = Merged(notebook)
    notebook["cells"] = _with_own_ids(merger.cells(merged), new)
    return merged


class _Merger:
    """The three lists of cells, and which cell is which."""

    def __init__(self, base: Sequence[Cell], yours: Sequence[Cell], new: Sequence[Cell]) -> None:
        self.base, self.yours, self.new = base, yours, new
        self.to_base = _pairs(yours, base)
        base_to_new = _pairs(base, new)
        self.new_to_base = {there: here for here, there in base_to_new.items()}
        self.to_new = _pairs(yours, new)
        taken = set(self.to_new.values())
        for mine, old in self.to_base.items():
            there = base_to_new.get(old)
            if mine not in self.to_new and there is not None and there not in taken:
                self.to_new[mine] = there
                taken.add(there)
        self.from_new = {there: mine for mine, there in self.to_new.items()}
        self.ids = {_identity(cell) for cell in new}

    def cells(self, merged: Merged) -> list[Cell]:
        """All cells of the merged notebook."""
        behind: dict[int, list[Cell]] = {}
        at = {there: self._resolved(there, behind, merged) for there in range(len(self.new))}
        anchor = -1  # before all of them
        for mine, cell in enumerate(self.yours):
            if mine in self.to_new:
                anchor = self.to_new[mine]
            elif mine not in self.to_base or _written(cell) != _written(self.base[self.to_base[mine]]):
                behind.setdefault(anchor, []).append(self._own(cell))
        cells = behind.get(-1, [])
        for there, resolved in at.items():
            cells += [*([resolved] if resolved else []), *behind.get(there, [])]
        return cells

    def _resolved(self, there: int, behind: dict[int, list[Cell]], merged: Merged) -> Cell | None:
        """What stands in the place of a new cell; None where the student deleted it, and it is not needed."""
        cell, mine, old = self.new[there], self.from_new.get(there), self.new_to_base.get(there)
        if old is None and mine is not None:
            old = self.to_base.get(mine)
        before = self.base[old] if old is not None else None
        is_new_text = before is None or _written(before) != _written(cell)
        if mine is None:
            if before is not None and not is_new_text and not cell_name(cell):
                return None
            merged.new.append(_label(cell))
            return cell
        own = self.yours[mine]
        if _written(own) == _written(cell):
            return _with_outputs(cell, own)
        is_touched = before is None or _written(own) != _written(before)
        if _is_answer(cell) and is_touched:
            merged.kept.append(_label(cell))
            if is_new_text and before is not None:
                merged.reworded.append(_label(cell))
            return _answered(cell, own)
        if not is_touched:
            merged.changed.append(_label(cell))
            return cell
        if not is_new_text and not cell_name(cell):
            return own
        merged.beside.append(_label(cell))
        behind.setdefault(there, []).append(self._own(own))
        return cell

    def _own(self, cell: Cell) -> Cell:
        """The cell as one of the student's: nbgrader knows nothing of it, and no cell of the edition has its id."""
        own = deepcopy(cell)
        if isinstance(own.get("metadata"), dict):
            own["metadata"].pop(MARKS, None)
        if _identity(own) in self.ids:
            own["id"] = f"{own['id'][:50]}-yours"
        return own


def _written(cell: Cell) -> tuple[str, str, str]:
    """What a person writes in a cell: of which kind it is, its text, its pictures."""
    return str(cell.get("cell_type")), cell_text(cell), repr(cell.get("attachments") or {})


def _is_answer(cell: Cell) -> bool:
    return bool(cell_name(cell)) and bool(cell["metadata"][MARKS].get("solution"))


def _pairs(ones: Sequence[Cell], others: Sequence[Cell]) -> dict[int, int]:
    """Index of one -> index of the other that is the same cell: by nbgrader's name, by its id, by its text, by what it
    defines. Of several with one name the last counts, as in nbgrader.
    """
    pairs: dict[int, int] = {}
    for key in (cell_name, _identity, _text, _functions):
        _pair_by(key, ones, others, pairs)
    return pairs


def _pair_by(
    key: Callable[[Cell], Hashable], ones: Sequence[Cell], others: Sequence[Cell], pairs: dict[int, int]
) -> None:
    taken = set(pairs.values())
    free: dict[Hashable, list[int]] = {}
    for there, other in enumerate(others):
        if there not in taken and key(other):
            free.setdefault(key(other), []).append(there)
    order = reversed(range(len(ones))) if key is cell_name else iter(range(len(ones)))
    for here in order:
        if here in pairs:
            continue
        candidates = free.get(key(ones[here]), [])
        fitting = [there for there in candidates if _may_be(ones[here], others[there])]
        if fitting:
            pairs[here] = fitting[-1] if key is cell_name else fitting[0]
            candidates.clear() if key is cell_name else candidates.remove(pairs[here])


def _may_be(one: Cell, other: Cell) -> bool:
    """Whether the names do not say that they are two."""
    return not cell_name(one) or not cell_name(other) or cell_name(one) == cell_name(other)


def _identity(cell: Cell) -> str:
    return cell["id"] if isinstance(cell.get("id"), str) else ""


def _text(cell: Cell) -> Hashable:
    return _written(cell) if cell_text(cell).strip() else ""


def _functions(cell: Cell) -> Hashable:
    """The functions that a cell of code defines: an answer that has lost its marks is known by them."""
    return frozenset(DEFINED.findall(cell_text(cell))) if cell.get("cell_type") == "code" else frozenset()


def _answered(cell: Cell, own: Cell) -> Cell:
    """The edition's cell with the student's answer."""
    answered = {**deepcopy(cell), "source": own.get("source", "")}
    answered.pop("attachments", None)
    if own.get("attachments") and cell.get("cell_type") != "code":
        answered["attachments"] = own["attachments"]
    return _with_outputs(answered, own)


def _with_outputs(cell: Cell, own: Cell) -> Cell:
    """The cell with what the student's run of it has shown."""
    if cell.get("cell_type") != "code" or own.get("cell_type") != "code":
        return cell
    return {**cell, "outputs": own.get("outputs") or [], "execution_count": own.get("execution_count")}


def _label(cell: Cell) -> str:
    words = " ".join(re.sub(r"[#*`]", "", cell_text(cell)).split())
    return cell_name(cell) or f"“{tidy(words, 40)}”"


def _metadata(base: Notebook, yours: Notebook, new: Notebook) -> dict[str, Any]:
    """The notebook's own: what the student's front end has changed stays, such as the kernel."""
    before, own, now = (notebook.get("metadata") or {} for notebook in (base, yours, new))
    changed = {key: value for key, value in own.items() if value != before.get(key)}
    return {**now, **changed}


def _with_own_ids(cells: Sequence[Cell], new: Notebook) -> list[Cell]:
    """The cells with ids of which none is there twice. Older formats have none."""
    if (new.get("nbformat", 4), new.get("nbformat_minor", 0)) < (4, 5):
        return [{key: value for key, value in cell.items() if key != "id"} for cell in cells]
    seen: set[str] = set()
    result = []
    for cell in cells:
        wanted = unique = _identity(cell) or "yours"
        count = 1
        while unique in seen:
            count += 1
            unique = f"{wanted[:50]}-{count}"
        seen.add(unique)
        result.append({**cell, "id": unique})
    return result
