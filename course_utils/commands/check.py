"""`course check`: a student's notebook judged as it will be graded, on the public cases, without a browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from nbformat.notebooknode import NotebookNode
from rich.cells import set_cell_size
from rich.console import Console
from rich.status import Status
from rich.text import Text

from course_utils.checks.stages import stages
from course_utils.checks.tasks import known_tasks
from course_utils.checks.verdict import Verdict
from course_utils.commands.words import folder_of
from course_utils.edition import detail
from course_utils.errors import CourseError
from course_utils.filesystem import REPOSITORY
from course_utils.grading.course.assignment_spec import is_bonus
from course_utils.grading.course.notebook_file import NotebookFileError
from course_utils.grading.judging.judge import CellJudgement
from course_utils.grading.judging.rehearsal import Listener, local_sandbox, quiz_form, rehearse
from course_utils.grading.judging.sanitize import sanitized
from course_utils.grading.judging.surroundings import needs
from course_utils.grading.judging.work import Work, find_notebook, read_work
from course_utils.quiz.form_check import QuizVerdict
from course_utils.text import tidy
from course_utils.translation import say


def run_check(assignment: str, course: Path | None = None, hints: int = 0) -> int:
    """Judge the notebook, and say all that would cost points; the exit code is 0 when nothing would, else 1.

    hints: how many are shown below each check that is not right.

    Raises UsageError when there is no such assignment or notebook, CourseError when it cannot be run, or has no checks.
    """
    root = folder_of(course)
    path = find_notebook(assignment, root)
    try:
        work = read_work(path, root)
    except NotebookFileError as error:
        raise CourseError(say("{path}: {reason}", path=shown(path), reason=error)) from error
    if not work.checks:
        raise CourseError(say("{path} has no checks: it is not an assignment's notebook", path=shown(path)))
    console = Console(highlight=False)
    line = say("running {path}, as it is graded", path=shown(path))
    console.print(line, style="dim", soft_wrap=True, markup=False)
    notebook = sanitized(work.cells, work.spec, work.files)
    for line in (*work.notes, *work.differences(), *needs(notebook.cells, path.parent, work.own)):
        note(console, line)
    with Printer(console, notebook, hints) as printer:
        judged = rehearse(notebook, local_sandbox(), work.files, quiz_form(path.parent), printer, work.given).cells
    code = summary(console, work, judged)
    if not hints and printer.has_hints:
        line = say("for a hint below each: ./course check {assignment} --hints 1", assignment=assignment)
        console.print(line, markup=False, soft_wrap=True)
    return code


def shown(path: Path) -> str:
    """The path as it is said: from the repository on, where it lies there."""
    return str(path.relative_to(REPOSITORY)) if path.is_relative_to(REPOSITORY) else str(path)


def note(console: Console, line: str) -> None:
    """Print one line of what may cost points."""
    console.print(say("note: {warning}", warning=tidy(line, 1000)), style="yellow", markup=False, soft_wrap=True)


class Printer(Listener):
    """Prints each result as it comes, and in a terminal which cell runs meanwhile."""

    def __init__(self, console: Console, notebook: NotebookNode, hints: int = 0) -> None:
        self.hints, self.has_hints, self.detail = hints, False, detail()
        self.console, self.cells = console, [id(cell) for cell in notebook.cells]
        self.status: Status | None = console.status(say("starting")) if console.is_terminal else None

    def __enter__(self) -> Printer:
        if self.status:
            self.status.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.status:
            self.status.stop()

    def starts(self, cell: NotebookNode) -> None:
        """Say in a terminal which cell runs."""
        if self.status:
            name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            counts = {"number": self.cells.index(id(cell)) + 1, "total": len(self.cells)}
            self.status.update(say("cell {number} of {total} {name}", name=tidy(name, 60), **counts))

    def stopped(self, line: str) -> None:
        """Print why a cell stopped."""
        note(self.console, line)

    def judged(self, name: str, judgement: CellJudgement) -> None:
        """Print a check's points, and what it says."""
        is_right = judgement.points == judgement.max_points
        mark = Text(_filled(say("ok")), style="green") if is_right else Text(_filled(say("FAILED")), style="bold red")
        points = {"points": f"{judgement.points:g}", "total": f"{judgement.max_points:g}"}
        worth = "" if _is_quiz(judgement) else say(": {points} of {total} points", **points)
        self.console.print(mark + Text(name, style="bold") + Text(worth), soft_wrap=True)
        verdicts = [self._as_wished(verdict) for verdict in judgement.verdicts]
        text = "\n".join(verdict.text() for verdict in verdicts) or judgement.sentence
        for line in text.splitlines()[1:] if is_right else text.splitlines():
            self.console.print(Text("       " + tidy(line, 1000)), soft_wrap=True)
        for line in (line for verdict in verdicts for line in self._hints_on(verdict)):
            self.console.print(Text("       " + tidy(line, 1000), style="cyan"), soft_wrap=True)

    def _as_wished(self, verdict: Any) -> Any:
        return replace(verdict, detail=self.detail) if isinstance(verdict, Verdict) else verdict

    def _hints_on(self, verdict: Any) -> list[str]:
        if not isinstance(verdict, Verdict) or verdict.passed or verdict.task not in known_tasks():
            return []
        self.has_hints = True
        found = stages(known_tasks()[verdict.task], verdict)[: self.hints]
        return [line for hint in found for line in hint.text().splitlines()]


def _filled(mark: str) -> str:
    return set_cell_size(mark, 7)


def _is_quiz(judgement: CellJudgement) -> bool:
    return any(isinstance(verdict, QuizVerdict) for verdict in judgement.verdicts)


def summary(console: Console, work: Work, judged: dict[str, CellJudgement]) -> int:
    """Print what was right and what is open; 1 where something would cost points, else 0."""
    lost = {name for name, cell in judged.items() if cell.points < cell.max_points}
    unanswered = work.unanswered()
    for name, found in work.elsewhere(lost | {cell.name for cell in unanswered}).items():
        note(console, say("{name} has nothing in its own cell, but {found}: move it there", name=name, found=found))
    bonus = {name for name in judged if is_bonus(name)}
    quiz = {name for name, cell in judged.items() if _is_quiz(cell)}
    counted = judged.keys() - bonus - quiz
    if counted:
        right = {"count": len(counted - lost), "checks": len(counted)}
        points = _points([judged[name] for name in counted])
        console.print(say("{count} of {checks} checks are ok, {points} of {total} points", **right, **points))
    if quiz:
        answered = {"count": len(quiz - lost), "total": len(quiz)}
        console.print(say("{count} of {total} questions of the quiz are answered", **answered))
    if bonus:
        console.print(say("bonus: {points} of {total} points", **_points([judged[name] for name in bonus])))
    if work.questions:
        console.print(_questions_line(work, [cell.name for cell in unanswered]), markup=False, soft_wrap=True)
    return 1 if lost - bonus or unanswered else 0


def _questions_line(work: Work, unanswered: list[str]) -> str:
    counts = {"count": len(work.questions) - len(unanswered), "total": len(work.questions)}
    points = f"{sum(cell.points or 0 for cell in work.questions):g}"
    if not unanswered:
        return say("{count} of {total} questions answered (a person grades them, for {points} points)",
                   **counts, points=points)  # fmt: skip
    return say("{count} of {total} questions answered (a person grades them, for {points} points); empty: {names}",
               **counts, points=points, names=say(", ").join(unanswered))  # fmt: skip


def _points(cells: Sequence[CellJudgement]) -> dict[str, str]:
    return {"points": f"{sum(cell.points for cell in cells):g}", "total": f"{sum(cell.max_points for cell in cells):g}"}
