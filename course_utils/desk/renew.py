"""Brings the copies in `work/` to the edition that is here: what is untouched is replaced, the rest is merged.

A base is what was handed out at a place (`copies.py`). It is replaced last: after a kill the same call goes on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from course_utils.desk.beside import keep_beside, swap_in
from course_utils.desk.copies import (
    base_of,
    content,
    digest,
    edition_files,
    hand_out,
    keep_base,
    read_record,
    write_record,
)
from course_utils.desk.merge import Merged, Notebook, merge, same_cells, shared_cells
from course_utils.desk.trust import is_trusted, trust
from course_utils.grading.course.notebook_file import NotebookFileError, parse_notebook
from course_utils.translation import say

Versions = Mapping[str, tuple[bytes, ...]]  # place in work/ -> what may have been handed out there, the newest first


@dataclass(frozen=True)
class Renewed:
    """What became of one copy: its place in `work/`, and sentences."""

    place: str
    lines: tuple[str, ...]


def renew(root: Path, versions: Versions | None = None) -> list[Renewed]:
    """Bring all copies to the edition, hand out what is new, and say what became of each that is not as it was.

    versions: for copies of which nobody recorded what was handed out. Raises OSError when the disk does not allow it.
    """
    work, done = root / "work", []
    for place, path in edition_files(root).items():
        new, base = content(place, path), _read(base_of(work, place))
        if not (work / place.split("/")[0]).exists() or base == new:
            continue
        if place.endswith(".ipynb"):
            trust(new)
        lines = _renew_file(work / place, base, new, (versions or {}).get(place, ()))
        keep_base(work, place, path)
        write_record(work, read_record(work) | {place: digest(new)})
        if lines:
            done.append(Renewed(place, tuple(lines)))
    new_copies = [Renewed(f"{name}/", (say("new: your copy is there"),)) for name in hand_out(root)]
    return [*done, *new_copies]


def _renew_file(mine: Path, base: bytes | None, new: bytes, versions: tuple[bytes, ...]) -> list[str]:
    """Bring one copy to the edition; sentences on what became of it, none where it is as it was."""
    yours = _read(mine)
    if yours is None:
        if base is not None:  # the student deleted it
            return []
        swap_in(mine, new)
        return [say("new")]
    if yours == new:
        return []
    if yours == base or yours in versions:
        swap_in(mine, new)
        return [say("replaced: you had changed nothing in it")]
    if mine.suffix == ".ipynb":
        return _renew_notebook(mine, yours, [base] if base else list(versions), new)
    kept = keep_beside(mine)
    swap_in(mine, new)
    return [say("replaced; what you had is kept as {name}", name=kept.name)]


def _renew_notebook(mine: Path, yours: bytes, bases: list[bytes], new: bytes) -> list[str]:
    try:
        own, edition = parse_notebook(mine.name, yours), parse_notebook(mine.name, new)
    except NotebookFileError as error:
        kept = keep_beside(mine)
        swap_in(mine, new)
        return [say("replaced, as it could not be read ({reason}); it is kept as {name}", reason=error, name=kept.name)]
    known = [base for base in map(_notebook, bases) if base is not None]
    if same_cells(own, edition):
        return []
    if any(same_cells(own, base) for base in known):
        swap_in(mine, new)
        return [say("replaced: you had run it and written nothing in it")]
    base = max(known, key=lambda base: shared_cells(own, base), default=None)
    merged = merge(base, own, edition)
    both = (json.dumps(merged.notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()
    if is_trusted(yours):  # its outputs are in the new one
        trust(both)
    swap_in(mine, both)
    return _sentences(merged)


def _sentences(merged: Merged) -> list[str]:
    """What a merge did, in the order in which a student asks."""
    lines = [say("merged, cell by cell")]
    if merged.kept:
        lines.append(say("your answers are kept: {names}", names=_named(merged.kept)))
    if merged.new:
        lines.append(say("new: {names}", names=_named(merged.new)))
    if merged.changed:
        lines.append(say("corrected: {names}", names=_named(merged.changed)))
    if merged.beside:
        lines.append(say("both changed, so yours stands below the new one: {names}", names=_named(merged.beside)))
    if merged.reworded:
        reworded = _named(merged.reworded)
        lines.append(
            say("what was given out in the cell of your answer has changed, see release/: {names}", names=reworded)
        )
    return lines


def _named(names: list[str]) -> str:
    return say(", ").join(names[:8]) + (" …" if len(names) > 8 else "")


def _notebook(raw: bytes) -> Notebook | None:
    try:
        return parse_notebook("", raw)
    except NotebookFileError:
        return None


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None
