"""A student's notebook on the student's own machine: which assignment it is, and what of it was changed."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_utils.errors import CourseError, UsageError
from course_utils.filesystem import CHAPTERS, REPOSITORY, folder_names
from course_utils.grading.course.assignment_spec import CellSpec, NotebookSpec, spec_of
from course_utils.grading.course.notebook_file import NotebookFileError, parse_submission, read_bytes, read_notebook
from course_utils.grading.course.submission import TooMuch, merged, read_files
from course_utils.grading.judging.elsewhere import Search
from course_utils.grading.judging.placing import cell_name, cell_text, places, places_by_content
from course_utils.quiz.answers import FILE_NAME
from course_utils.translation import say, to_say


@dataclass(frozen=True)
class Work:
    """A notebook and what it is judged by.

    content: the bytes of its file; assignment, name: which one it is, and what the file is called there. is_known:
    whether the assignment is known as it was given out, and not only from this notebook. files: all that the notebook
    finds beside it; own: those of them that the student has put there; given: the assignment's.
    notes: what is odd about them.
    """

    path: Path
    content: bytes
    assignment: str
    name: str
    cells: list[dict[str, Any]]
    spec: NotebookSpec
    is_known: bool
    files: Mapping[str, bytes]
    own: Mapping[str, bytes]
    given: Mapping[str, bytes]
    notes: tuple[str, ...] = ()

    @property
    def checks(self) -> list[CellSpec]:
        """The cells that earn points by running."""
        return [cell for cell in self.spec.cells if cell.grade and cell.cell_type == "code" and not cell.solution]

    @property
    def questions(self) -> list[CellSpec]:
        """The cells that a person reads and grades."""
        return [cell for cell in self.spec.cells if cell.grade and cell.solution]

    def unanswered(self) -> list[CellSpec]:
        """The questions for which nothing is written."""
        unwritten = Search(self.spec, self.cells).unwritten
        return [cell for cell in self.questions if cell.name in unwritten]

    def elsewhere(self, lost: set[str]) -> dict[str, str]:
        """Graded cell -> what stands elsewhere in the notebook, of those that earned less than all."""
        search = Search(self.spec, self.cells, clicks=self.files.get(FILE_NAME))
        return search.sentences(lost) if self.is_known else {}

    def differences(self) -> Iterator[str]:
        """What is not as it was given out, one sentence each: cells that are missing, changed, or there twice."""
        at = {**places_by_content(self.cells, self.spec), **places(self.cells, self.spec)}
        count = Counter(map(cell_name, self.cells))
        for cell in self.spec.cells:
            if cell.name not in at and (cell.grade or cell.locked):
                missing = to_say("the cell {cell} is missing: it counts all the same")
                lost = to_say("the cell {cell} is missing, with its answer")
                yield say(lost if cell.solution else missing, cell=cell.name)
            elif cell.locked and cell_text(self.cells[at[cell.name]]).strip() != cell.source.strip():
                yield say("the cell {cell} was changed: it counts as it was given out", cell=cell.name)
            if count[cell.name] > 1:
                yield say(
                    "the cell {cell} is there {count} times: the last one counts",
                    cell=cell.name,
                    count=count[cell.name],
                )


def read_work(path: Path, root: Path) -> Work:
    """The notebook, as the assignment in `root/release` that it is one of. Raises NotebookFileError."""
    content = read_bytes(path)
    cells = parse_submission(path.name, content)
    found = None if _is_the_original(path) else _released(path, cells, root / "release")
    place, spec = found or (path, spec_of(path.stem, read_notebook(path), is_released=False))
    notes = (
        []
        if place.name == path.name
        else [say("{file} is not its name: hand it in as {name}", file=path.name, name=place.name)]
    )
    try:
        own = read_files(path.parent)
    except TooMuch as error:
        own = {}
        notes.append(
            say(
                "what lies beside {file} is left out ({reason}): put it into a folder of its own",
                file=path.name,
                reason=error,
            )
        )
    given = read_files(place.parent) if found else {}
    mine = {name: content for name, content in own.items() if name not in given and name != FILE_NAME}
    is_instructors = any(path.resolve().is_relative_to(root.resolve() / name) for name in ("source", "release"))
    assignment = place.parent.name if found or _is_the_original(path) else place.stem
    known = (path, content, assignment, place.name, cells, spec, bool(found), merged(own, given), mine)
    return Work(*known, own if is_instructors else given, tuple(notes))


def find_notebook(assignment: str, root: Path = REPOSITORY) -> Path:
    """The notebook that is meant: the student's in `work/`, else the one in `release/`, or the path itself.

    In another course than the repository's it is the instructor's own, in `source/`, where there is one; a quiz has no
    questions there. Raises UsageError, which lists the known assignments, and names the one that may be meant.
    """
    name = assignment.rstrip("/\\")
    is_quiz = (root / "source" / f"{name}-bank.yaml").exists()
    own = [] if root == REPOSITORY or is_quiz else [root / "source"]
    folders = [*own, root / "work", root / "release"]
    for folder in folders:
        if name in folder_names(folder):
            return in_folder(folder / name)
    path = Path(assignment).expanduser()
    if path.is_dir() and any(path.glob("*.ipynb")):
        return in_folder(path.resolve())
    if path.suffix == ".ipynb":
        return path.absolute()
    raise _unknown(assignment, sorted({name for folder in folders for name in folder_names(folder)} - {CHAPTERS}))


def _unknown(assignment: str, known: list[str]) -> UsageError:
    parts = {"name": repr(assignment), "known": ", ".join(known) or say("none")}
    close = difflib.get_close_matches(assignment, known, 1)
    if close:
        asked = to_say("no assignment and no notebook is named {name}: is {close} meant? known: {known}")
        return UsageError(say(asked, **parts, close=close[0]))
    return UsageError(say("no assignment and no notebook is named {name}; known: {known}", **parts))


def in_folder(folder: Path) -> Path:
    """The folder's notebook: the one with its name, or the only one.

    Raises CourseError when there are several others.
    """
    named = folder / f"{folder.name}.ipynb"
    notebooks = sorted(folder.glob("*.ipynb"))
    if named.exists() or not notebooks:
        return named
    if len(notebooks) == 1:
        return notebooks[0]
    names = ", ".join(path.name for path in notebooks)
    several = to_say("{folder} has several notebooks ({names}); name the one that is meant")
    raise CourseError(say(several, folder=folder, names=names))


def _is_the_original(path: Path) -> bool:
    """Whether it is an instructor's: `source/NAME/NAME.ipynb`, or what was made of it."""
    return path.absolute().parent.parent.name in ("source", "release")


def _released(path: Path, cells: list[dict[str, Any]], release: Path) -> tuple[Path, NotebookSpec] | None:
    """The released notebook with this name, or the one that has the most of these cells; None when there is none."""
    names = set(map(cell_name, cells)) - {""}
    best: tuple[int, Path, NotebookSpec] | None = None
    for place in sorted(release.glob("*/*.ipynb")):
        try:
            spec = spec_of(place.stem, read_notebook(place))
        except NotebookFileError:
            continue
        shared = len(names & {cell.name for cell in spec.cells})
        if place.name == path.name and (shared or place.parent.name == path.absolute().parent.name):
            return place, spec
        if shared and (best is None or shared > best[0]):
            best = shared, place, spec
    return best and best[1:]
