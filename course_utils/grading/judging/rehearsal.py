"""A student's own run of an assignment: judged as it is graded, on the public cases, and told while it runs.

The same code decides here and there, so that a check which is right here earns its points there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from course_utils.checks.own_tasks import own_tasks
from course_utils.checks.tasks import Task, with_own
from course_utils.checks.verdict import Verdict
from course_utils.grading.judging.judge import CellJudgement, Judgement, NotebookRun
from course_utils.quiz.form_check import PREFIX, QuizTask, QuizVerdict
from course_utils.sandbox.outside.kernel import Sandbox, why_no_sandbox
from course_utils.sandbox.outside.parent import SandboxError
from course_utils.sandbox.outside.remote import Remote
from course_utils.sandbox.outside.shared import shared_sandbox
from course_utils.sandbox.protocol.limits import Limits

PATIENCE = 15.0  # seconds for each cell after one that had to be stopped: likely it is the same function


class Listener:
    """Hears what happens in a rehearsal; this one does nothing about it."""

    def starts(self, cell: NotebookNode) -> None:
        """A code cell is next."""

    def stopped(self, line: str) -> None:
        """A cell that is no check has failed: its name and its error in one line."""

    def judged(self, name: str, judgement: CellJudgement) -> None:
        """A check has its points."""


def local_sandbox() -> Sandbox:
    """The grader's sandbox; kernels without walls, which do the same, on a machine that has none."""
    if not why_no_sandbox():
        try:
            return shared_sandbox(Limits(), "bubblewrap")
        except SandboxError:
            pass
    return shared_sandbox(Limits(), "none")


def quiz_form(folder: Path) -> Callable[[str, Any], QuizVerdict]:
    """Whether a quiz's question has a valid answer: what can be known without the key."""
    return lambda question, answers: QuizTask(PREFIX + question, folder).examine(answers)


def rehearse(
    notebook: NotebookNode,
    sandbox: Sandbox,
    files: Mapping[str, bytes],
    answer_quiz: Callable[[str, Any], Any],
    listener: Listener | None = None,
    given: Mapping[str, bytes] | None = None,
) -> Judgement:
    """Run the notebook in place, which must have been sanitised, and judge its checks on the public cases.

    given: as in `judge`.
    """
    with with_own(own_tasks(given or {})):
        return _Rehearsal(notebook, sandbox, files, answer_quiz, listener or Listener()).finish()


class _Rehearsal(NotebookRun):
    def __init__(
        self, notebook: NotebookNode, sandbox: Sandbox, files: Mapping[str, bytes], quiz: Any, listener: Listener
    ) -> None:
        super().__init__(notebook, sandbox, files, 0, quiz)
        self.listener, self.is_patient = listener, True
        self.began, self.allowed = time.monotonic(), 0.0

    def starts(self, cell: NotebookNode) -> None:
        now = time.monotonic()
        self.is_patient = self.is_patient and not 0 < self.allowed <= now - self.began
        self.began, self.allowed = now, self.seconds(cell)
        self.listener.starts(cell)

    def seconds(self, cell: NotebookNode) -> float:
        seconds = super().seconds(cell)
        return seconds if self.is_patient else min(seconds, PATIENCE)

    def stopped(self, cell: NotebookNode, error: str, message: str) -> None:
        super().stopped(cell, error, message)
        self.listener.stopped(self.causes.newest)

    def examined(self, task: Task, objects: Sequence[Any], remote: Remote) -> Verdict:
        return task.examine(*objects)

    def record(self, cell: NotebookNode, cell_judgement: CellJudgement, *shown: Any) -> None:
        super().record(cell, cell_judgement, *shown)
        self.listener.judged(cell.metadata.nbgrader.grade_id, cell_judgement)
