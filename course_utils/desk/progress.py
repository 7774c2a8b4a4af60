"""How far a student is, from the student's own files: the start page, `./course status` and `d2l.status()` ask here.

Of a chapter it is known which cells were run; of an assignment what its checks said when they last ran, as it is saved
in the notebook, which questions have an answer, and the receipts of what was handed in.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from course_utils.desk.copies import CHAPTERS, RECORD, base_of, edition_files
from course_utils.desk.notebook_facts import (
    Score,
    clicked_questions,
    code_cells,
    heading,
    parse_cells,
    read_cells,
    score,
    source,
)
from course_utils.filesystem import EDITION, REPOSITORY
from course_utils.translation import language, say, to_say

HANDED_IN = "handed_in"  # ASSIGNMENT/TIME.json, a receipt, beside TIME.zip, what was handed in
CHAPTER = to_say("Chapter {number}: {title}")


@dataclass(frozen=True)
class Receipt:
    """What was handed in last. is_current: whether the notebook still says the same."""

    time: datetime
    is_current: bool


@dataclass(frozen=True)
class Chapter:
    """A chapter: `run` of its `cells` cells with code were run. place: of the student's copy, below the course."""

    name: str
    title: str
    place: str
    cells: int
    run: int

    @property
    def is_begun(self) -> bool:
        """Whether any cell was run."""
        return self.run > 0

    @property
    def is_done(self) -> bool:
        """Whether every cell was run."""
        return self.run >= self.cells


@dataclass(frozen=True)
class Assignment:
    """An assignment, what stands in the student's copy of it, and until when it is to be handed in."""

    name: str
    title: str
    place: str
    score: Score
    receipt: Receipt | None = None
    due: datetime | None = None

    @property
    def is_begun(self) -> bool:
        """Whether the student did anything in it."""
        return self.score.is_begun or self.receipt is not None

    @property
    def is_done(self) -> bool:
        """Whether it was handed in as it is now."""
        return self.receipt is not None and self.receipt.is_current


Step = Chapter | Assignment


@dataclass(frozen=True)
class Progress:
    """The whole course, in its order: each chapter, and the assignment that belongs to it."""

    root: Path
    title: str
    steps: tuple[Step, ...] = field(default=())

    @property
    def next(self) -> Step | None:
        """Where to go on: the furthest step that was begun, if it is not done, else the next one that is not.

        None when all is done.
        """
        begun = [number for number, step in enumerate(self.steps) if step.is_begun]
        furthest = begun[-1] if begun else 0
        return next((step for step in (*self.steps[furthest:], *self.steps) if not step.is_done), None)


def find_root(folder: Path | None = None) -> Path:
    """The course's folder: the nearest above `folder`, by default the working one, that has `work/`; else this one."""
    start = (folder or Path.cwd()).resolve()
    return next((path for path in (start, *start.parents) if (path / "work" / RECORD).is_file()), REPOSITORY)


def read_progress(root: Path) -> Progress:
    """All of it, from the files below `root`; what cannot be read counts as not begun."""
    notebooks = {place: path for place, path in edition_files(root).items() if path.suffix == ".ipynb"}
    own = {path.stem: path for path in notebooks.values() if path.stem == path.parent.name}
    due = due_dates(root)
    steps: list[Step] = []
    for place in _chapters(notebooks):
        path = notebooks[place]
        steps.append(_chapter(root, place, path, len(steps)))
        name = re.sub(r"^\d+_", "", path.stem)
        steps += [_assignment(root, own.pop(name), due)] if name in own else []
    steps += [_assignment(root, path, due) for path in own.values()]
    return Progress(root, _course_title(root), tuple(steps))


def _chapters(places: Iterable[str]) -> list[str]:
    """The places of the chapters in the language that is spoken; of the English ones where there are none in it."""
    chapters = [place for place in places if place.startswith(f"{CHAPTERS}/")]
    spoken = [place for place in chapters if place.startswith(f"{CHAPTERS}/{language()}/")]
    return spoken or [place for place in chapters if place.count("/") == 1]


def due_dates(root: Path) -> dict[str, datetime]:
    """Assignment -> until when it is to be handed in, as the edition says."""
    said = _read_json(root / EDITION).get("due")
    times = {str(name): _time(text) for name, text in said.items()} if isinstance(said, dict) else {}
    return {name: time for name, time in times.items() if time is not None}


def _chapter(root: Path, place: str, original: Path, number: int) -> Chapter:
    mine, given = read_cells(root / "work" / place), read_cells(original)
    numbered = re.match(r"\d+", original.stem)
    title = say(CHAPTER, number=int(numbered[0]) if numbered else number, title=heading(given, original.stem))
    cells, run = code_cells(mine) if mine else (code_cells(given)[0], 0)
    return Chapter(original.stem, title, f"work/{place}", cells, run)


def _assignment(root: Path, original: Path, due: Mapping[str, datetime]) -> Assignment:
    name, place, work = original.stem, f"{original.stem}/{original.name}", root / "work"
    mine, given = read_cells(work / place), read_cells(original)
    handed_out = read_cells(base_of(work, place)) or given
    found = score(mine, given, handed_out, clicked_questions(work / name))
    return Assignment(name, heading(given, name), f"work/{place}", found, last_receipt(root, name), due.get(name))


def last_receipt(root: Path, name: str) -> Receipt | None:
    """What was handed in last of an assignment; None when nothing was."""
    folder = root / HANDED_IN / name
    times = {path: _time(_read_json(path).get("time")) for path in folder.glob("*.json")}
    known = [(time, path) for path, time in times.items() if time is not None]
    if not known:
        return None
    time, path = max(known)
    mine = root / "work" / name / f"{name}.ipynb"
    return Receipt(time, _says_the_same(path.with_suffix(".zip"), mine))


def _says_the_same(archive: Path, mine: Path) -> bool:
    """Whether the notebook has the cells that were handed in.

    Outputs do not count, nor do empty cells and the one that hands in, which JupyterLab saves only after it has run.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            inside = next(name for name in opened.namelist() if name.split("/")[-1] == mine.name)
            cells = parse_cells(opened.read(inside))
    except (OSError, StopIteration, zipfile.BadZipFile):
        return False
    return cells is not None and _work(cells) == _work(read_cells(mine))


def _work(cells: Iterable[Mapping[str, Any]]) -> list[str]:
    sources = (source(cell).strip() for cell in cells)
    return [text for text in sources if text and not text.startswith("d2l.submit(")]


def _course_title(root: Path) -> str:
    try:
        first = document(root, "README.md").read_text(encoding="utf-8").lstrip().splitlines()[0]
    except (OSError, ValueError, IndexError):
        first = ""
    return first.removeprefix("#").strip() if first.startswith("# ") else say("Your course")


def document(root: Path, name: str) -> Path:
    """A document of the course, such as docs/student.md, in the language that is spoken where it is there in it."""
    path = root / name
    spoken = path.with_name(f"{path.stem}.{language()}.md")
    return spoken if spoken.is_file() else path


def _time(text: object) -> datetime | None:
    """An ISO time; one without a zone is UTC."""
    try:
        time = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=timezone.utc)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
