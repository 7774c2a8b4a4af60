"""Handing in: one zip with a receipt. Nothing is refused; what is missing is said."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from nbformat import NotebookNode

from course_utils.desk import receipt as receipts
from course_utils.desk.destinations import put
from course_utils.desk.receipt import Receipt
from course_utils.errors import UsageError
from course_utils.filesystem import REPOSITORY
from course_utils.grading.course.assignment_spec import is_bonus
from course_utils.grading.course.notebook_file import NotebookFileError, read_bytes
from course_utils.grading.course.submission import TooMuch, read_files
from course_utils.grading.judging.completeness import missing
from course_utils.grading.judging.judge import CellJudgement
from course_utils.grading.judging.rehearsal import Listener, local_sandbox, quiz_form, rehearse
from course_utils.grading.judging.sanitize import sanitized
from course_utils.grading.judging.surroundings import needs
from course_utils.grading.judging.work import Work, find_notebook, read_work
from course_utils.quiz.answers import FILE_NAME
from course_utils.quiz.form_check import QuizVerdict
from course_utils.text import one_line
from course_utils.translation import say

LONGEST = 300.0  # seconds for all cells: then it is handed in without points


@dataclass
class HandedIn:
    """What became of a hand-in: its receipt, its zip, and a sentence that says where it is or has to go."""

    receipt: Receipt
    path: Path
    destination: str
    judged: dict[str, CellJudgement] = field(default_factory=dict)


class Progress:
    """Hears of a hand-in while it is made; this one does nothing about it."""

    def runs(self, path: Path, notebook: NotebookNode) -> Listener:
        """The checks begin; who hears their results."""
        return Listener()


def hand_in(
    assignment: str, root: Path = REPOSITORY, is_checked: bool = True, progress: Progress | None = None
) -> HandedIn:
    """Run the public checks, write the zip and its receipt to `handed_in/`, and bring it to where the course says.

    What was not saved is not in it. Raises UsageError, with suggestions, for what is no assignment; OSError when the
    zip cannot be written.
    """
    path = find_notebook(assignment, root)
    moment = receipts.now()
    warnings: list[str] = []
    points: tuple[float | None, float | None, float] = None, None, 0
    judged: dict[str, CellJudgement] = {}
    try:
        work = read_work(path, root)
    except NotebookFileError as error:
        name, contents = _unread(path, root, str(error))
        warnings.append(say("{reason}: it was handed in as it is", reason=error))
    else:
        name = _assignment(work)
        contents = _contents(work, root, warnings)
        warnings += [*work.differences(), *missing(work)]
        judged = _checked(work, contents, warnings, is_checked, progress or Progress())
        points = _points(judged)
    if not is_checked:
        warnings.append(say("the public checks were not run"))
    known = Receipt(name, moment, receipts.digest_of(contents), points[0], points[1], tuple(warnings), points[2])
    zipped = receipts.keep(known, contents, _kept_in(path, root))
    destination, failed = put(zipped, name, contents, root)
    return HandedIn(known, zipped, " ".join([*failed, destination]), judged)


def _assignment(work: Work) -> str:
    if not work.checks and not work.questions:
        raise UsageError(say("{name} has no checks and no questions: it is not an assignment", name=work.path.name))
    return work.assignment


def _unread(path: Path, root: Path, reason: str) -> tuple[str, dict[str, bytes]]:
    """The assignment and the files of a notebook that cannot be read. Raises UsageError where it is none."""
    if not path.is_file():
        raise UsageError(say("there is no notebook {path}", path=path))
    name = path.parent.name if (root / "release" / path.parent.name).is_dir() else path.stem
    if not (root / "release" / name).is_dir():
        raise UsageError(say("{path} is not an assignment's notebook: {reason}", path=path, reason=reason))
    return name, {path.name: read_bytes(path), **_clicks(path.parent)}


def _clicks(folder: Path) -> dict[str, bytes]:
    path = folder / FILE_NAME
    return {FILE_NAME: path.read_bytes()} if path.is_file() else {}


def _contents(work: Work, root: Path, warnings: list[str]) -> dict[str, bytes]:
    """Name -> bytes of all that goes into the zip: the notebook under its own name, and the student's other files.

    Of a folder that is not the assignment's own only the notebook and the clicks, as it may be full of other things.
    """
    contents = {work.name: work.content, **_clicks(work.path.parent)}
    if work.name != work.path.name:
        renamed = {"file": work.path.name, "name": work.name}
        warnings.append(say("{file} is handed in under the name that the assignment has: {name}", **renamed))
    if work.path.parent.name == work.assignment or work.path.is_relative_to(root / "work"):
        try:
            found = {**work.own, **read_files(work.path.parent, notebooks=True)}
        except TooMuch as error:
            warnings.append(say("only {name} is handed in: {reason}", name=work.name, reason=error))
            found = {}
        own = work.path.name
        contents = {**{name: found[name] for name in found if name != own and not _is_hidden(name)}, **contents}
    return contents


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return parts[0] == receipts.FOLDER or any(part.startswith(".") for part in parts)


def _kept_in(path: Path, root: Path) -> Path:
    """Beside `work/`; for a notebook that lies elsewhere beside the notebook."""
    return (root if path.is_relative_to(root) else path.parent) / receipts.FOLDER


def _checked(
    work: Work, contents: Mapping[str, bytes], warnings: list[str], is_checked: bool, progress: Progress
) -> dict[str, CellJudgement]:
    """The public checks' results, none where they cannot run; whatever happens, it is handed in all the same."""
    try:
        notebook = sanitized(work.cells, work.spec, work.files)
        left_out = {name: content for name, content in work.own.items() if name not in contents}
        warnings += needs(notebook.cells, work.path.parent, left_out)
        if not is_checked:
            return {}
        listener = _UntilTimeIsOver(progress.runs(work.path, notebook))
        return rehearse(notebook, local_sandbox(), work.files, quiz_form(work.path.parent), listener, work.given).cells
    except _TimeIsOver:
        warnings.append(
            say("the public checks took longer than {seconds} seconds: there are no points", seconds=int(LONGEST))
        )
    except Exception as error:  # whatever keeps the checks from running keeps nobody from handing in
        warnings.append(say("the public checks could not run: {reason}", reason=one_line(error)))
    return {}


def _points(judged: Mapping[str, CellJudgement]) -> tuple[float | None, float | None, float]:
    """Points, maximum and bonus of the checks; None where none has any: a quiz's answers are judged by the key only."""
    counted = {
        name: cell for name, cell in judged.items() if not any(isinstance(each, QuizVerdict) for each in cell.verdicts)
    }
    if not counted:
        return None, None, 0
    bonus = sum(cell.points for name, cell in counted.items() if is_bonus(name))
    usual = [cell for name, cell in counted.items() if not is_bonus(name)]
    return sum(cell.points for cell in usual), sum(cell.max_points for cell in usual), bonus


class _TimeIsOver(Exception):
    """All cells together took too long."""


class _UntilTimeIsOver(Listener):
    """Passes on what it hears, and ends the run at the first cell after LONGEST."""

    def __init__(self, listener: Listener) -> None:
        self.listener, self.began = listener, time.monotonic()

    def starts(self, cell: NotebookNode) -> None:
        if time.monotonic() - self.began > LONGEST:
            raise _TimeIsOver
        self.listener.starts(cell)

    def stopped(self, line: str) -> None:
        self.listener.stopped(line)

    def judged(self, name: str, judgement: CellJudgement) -> None:
        self.listener.judged(name, judgement)
