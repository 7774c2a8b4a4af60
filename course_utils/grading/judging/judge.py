"""The judge: runs a submission's cells in a sandboxed kernel, and decides on its graded cells from outside.

For a graded cell that holds checks, nothing that the kernel says of itself counts: the judge draws secret cases, has
the student's function called with them, compares what comes back with the reference in this process, and writes the
cell's only output with its points. Graded cells of another kind run in the kernel, and say so.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import re
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from itertools import takewhile
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from course_utils.checks.tasks import UnknownTask, find_task
from course_utils.checks.verdict import Criterion, Verdict
from course_utils.grading.judging.check_calls import Question, Questions, questions_in
from course_utils.grading.judging.outputs import Flood, Outputs
from course_utils.sandbox.outside.kernel import Kernel, KernelDied, KernelTooSlow, Sandbox
from course_utils.sandbox.outside.remote import Remote
from course_utils.sandbox.protocol.limits import MEBI
from course_utils.student_code.call import ProbeError
from course_utils.text import describe

MAX_CELLS = 500  # code cells that are run; a student's notebook has a few dozen
MAX_RESTARTS = 3
MAX_OUTPUTS = 8  # of the size that a cell may have, for all cells of a notebook
ONLY_SECRET = (
    "right for the public cases, wrong for others of the same kind: does the function know the public ones by heart?"
)
UNTOLD = "not right for the judge's cases; the check in your notebook says more"
KEY = "course"  # where an output's metadata says what the judge found


@dataclass(frozen=True)
class Finding:
    """What the judge found about a graded cell. points: of its `max_points`; sentence: "" when all are earned."""

    points: float
    max_points: float
    sentence: str = ""
    verdicts: tuple[Any, ...] = ()


@dataclass
class Judgement:
    """A judged notebook: its graded cells by name, how long it took, and the seed that the cases came from."""

    seed: int
    findings: dict[str, Finding] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=lambda: {"fork": 0.0, "cells": 0.0, "checks": 0.0})


def new_seed() -> int:
    """A seed that nobody can guess."""
    return secrets.randbits(62)


def judge(
    notebook: NotebookNode,
    sandbox: Sandbox,
    files: Mapping[str, bytes] | None = None,
    seed: int | None = None,
    answer_quiz: Callable[[str, Any], Any] | None = None,
) -> Judgement:
    """Run the notebook in place. It must have been sanitised: what its graded cells ask is taken at its word.

    files: what else was handed in. answer_quiz: `(question, answers) -> verdict` for the tasks of a quiz.
    """
    return _Run(notebook, sandbox, files or {}, new_seed() if seed is None else seed, answer_quiz).finish()


class _Run:
    def __init__(self, notebook: NotebookNode, sandbox: Sandbox, files: Mapping[str, bytes], seed: int, quiz: Any):
        self.sandbox, self.files, self.quiz = sandbox, files, quiz
        self.cells = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
        self.judgement = Judgement(seed)
        self.shown: dict[str, list[NotebookNode]] = {}
        self.culprits: set[int] = set()  # cells at which a kernel died: they are not run again
        self.next, self.count, self.said = 0, 0, 0
        self.deadline = time.monotonic() + sandbox.limits.submission_seconds

    def finish(self) -> Judgement:
        """Run all cells. A kernel that dies is replaced by one that has run the cells before, but for the culprit."""
        for _ in range(MAX_RESTARTS + 1):
            if self.next >= len(self.cells):
                break
            with self._timed("fork"):
                room = contextlib.ExitStack()
                kernel = room.enter_context(self.sandbox.kernel(self.files))
            with room:
                try:
                    self._replay(kernel)
                    self._run_on(kernel)
                except _Restart:
                    continue
                except KernelDied as error:
                    self._blame(str(error))
        for cell in self.cells[self.next :]:
            self._close(cell, Outputs(), "not run: the kernel had died too often before")
        return self.judgement

    def _replay(self, kernel: Kernel) -> None:
        for index, cell in enumerate(self.cells[: self.next]):
            command = _command(cell)
            if index not in self.culprits and command["source"] and self._seconds() > 0:
                with contextlib.suppress(KernelTooSlow):
                    kernel.ask(command, seconds=self._seconds())

    def _run_on(self, kernel: Kernel) -> None:
        while self.next < len(self.cells):
            cell = self.cells[self.next]
            if self.next >= MAX_CELLS and not _is_check(cell):
                self._close(cell, Outputs(), f"not run: more than {MAX_CELLS} code cells")
            elif self._seconds() <= 0:
                limit = self.sandbox.limits.submission_seconds
                self._close(cell, Outputs(), f"not run: the submission's {limit:.0f} seconds were over")
            elif _is_check(cell) and questions_in(cell.source).questions:
                self._ask(kernel, cell, questions_in(cell.source))
            else:
                outputs, problem = self._execute(kernel, cell)
                self._close(cell, outputs, problem)
            self.next += 1

    def _blame(self, reason: str) -> None:
        if self.next < len(self.cells):
            cell = self.cells[self.next]
            outputs = Outputs()
            outputs.add({"is": "error", "ename": "KernelDied", "evalue": reason, "traceback": [reason]})
            self._close(cell, outputs, reason)
            self.culprits.add(self.next)
            self.next += 1

    def _seconds(self) -> float:
        return min(self.sandbox.limits.cell_seconds, self.deadline - time.monotonic())

    @contextlib.contextmanager
    def _timed(self, what: str):
        start = time.perf_counter()
        try:
            yield
        finally:
            self.judgement.seconds[what] += time.perf_counter() - start

    def _execute(self, kernel: Kernel, cell: NotebookNode) -> tuple[Outputs, str]:
        """The cell's outputs, and what was wrong with running it."""
        most, problem = self.sandbox.limits.output, ""
        outputs = Outputs(self.shown, most)
        is_heard = _is_check(cell) or self.said <= MAX_OUTPUTS * most
        if not is_heard:
            words = f"(not shown: the notebook's outputs are larger than {MAX_OUTPUTS * most // MEBI} MiB)\n"
            outputs.add({"is": "stream", "name": "stdout", "text": words})
        try:
            with self._timed("cells"):
                answer = kernel.ask(_command(cell), seconds=self._seconds(), output=outputs.add if is_heard else None)
            if answer.header.get("ok") is not True:
                outputs.failed = True
        except KernelTooSlow as error:
            problem = str(error)
            outputs.add({"is": "error", "ename": "CellTimeoutError", "evalue": problem, "traceback": [problem]})
        except Flood:
            raise kernel.give_up(f"the cell said more than {2 * most // MEBI} MiB") from None
        finally:
            self.said += outputs.size
        return outputs, problem

    def _close(self, cell: NotebookNode, outputs: Outputs, problem: str = "") -> None:
        """Write an executed cell's outputs; of a graded one also its points, decided by how it ran."""
        self.count += 1
        cell.execution_count = self.count
        if not _is_check(cell):
            cell.outputs = outputs.nodes
            return
        most = float(cell.metadata.nbgrader.get("points", 0))
        failed = bool(problem) or outputs.failed
        number = outputs.number if outputs.number is not None and math.isfinite(outputs.number) else most
        points = 0.0 if failed else min(max(number, 0.0), most)
        if problem and not outputs.failed:
            outputs.add({"is": "stream", "name": "stdout", "text": problem + "\n"})
        sentence = problem or (_why(outputs) if failed else "")
        note = "" if problem else "run in the student's kernel, not by the judge"
        for node in outputs.nodes:
            if node.output_type == "stream":
                node.name = "stdout"  # a warning costs no points
        self._record(cell, Finding(points, most, sentence), outputs.nodes, f"<i>{note}</i>" if note else "")

    def _ask(self, kernel: Kernel, cell: NotebookNode, asked: Questions) -> None:
        self.count += 1
        cell.execution_count = self.count
        before = Outputs()
        if asked.rest:
            before, problem = self._execute(kernel, cell)
            if problem or before.failed:
                self.count -= 1
                self._close(cell, before, problem)
                return
        with self._timed("checks"):
            verdicts = tuple(self._verdict(kernel, question) for question in asked.questions)
        most = float(cell.metadata.nbgrader.get("points", 0))
        share = sum(verdict.points / verdict.max_points for verdict in verdicts) / len(verdicts)
        failed = [verdict for verdict in verdicts if not verdict.passed]
        finding = Finding(round(most * share, 2), most, failed[0].sentence if failed else "", verdicts)
        self._record(cell, finding, [], "".join(verdict._repr_html_() for verdict in verdicts))
        if kernel.died:
            self.culprits.add(self.next)
            self.next += 1
            raise _Restart(kernel.died)

    def _verdict(self, kernel: Kernel, question: Question) -> Any:
        remote = Remote(kernel, max(0.1, self._seconds()))
        assignment, _, part = question.task.partition(".")
        is_quiz = assignment == "quiz" and self.quiz is not None
        try:
            objects = [remote.value(expression) for expression in question.expressions]
        except ProbeError as error:
            # Without `answers` in the notebook, what was clicked still counts.
            return self.quiz(part, None) if is_quiz else _failed(question.task, str(error))
        if is_quiz:
            return self.quiz(part, objects[0] if objects else None)
        try:
            task = find_task(question.task)
        except UnknownTask as error:
            return _failed(question.task, str(error))
        secret = task.examine(*objects, seed=self._case_seed(question.task))
        if secret.passed:
            return secret
        public = None if remote.ended or remote.is_over else task.examine(*objects)
        return without_secrets(secret, None if remote.ended else public, remote.ended)

    def _case_seed(self, task: str) -> int:
        digest = hashlib.sha256(f"{self.judgement.seed} {task}".encode()).digest()
        return int.from_bytes(digest[:8], "big") >> 1

    def _record(self, cell: NotebookNode, finding: Finding, nodes: Sequence[NotebookNode], html: str) -> None:
        """The cell's outputs, with exactly one that nbgrader reads points from."""
        points = f"{finding.points:g}"
        if not html:
            html = f"<i>{escape(finding.sentence or 'right')}</i>"
        said = {"points": finding.points, "sentence": finding.sentence}
        record = new_output(
            "execute_result", data={"text/plain": points, "text/html": html}, execution_count=cell.execution_count,
            metadata={KEY: said},
        )  # fmt: skip
        cell.outputs = [_unscored(node) for node in nodes] + [record]
        self.judgement.findings[cell.metadata.nbgrader.grade_id] = finding


def without_secrets(secret: Verdict, public: Verdict | None, ended: str = "") -> Verdict:
    """The secret cases' points with the public cases' words: what students read holds no number of a secret case.

    It is also the same for all who made the same mistake. What a message says before its first number stays as it is.
    public: None when the function could not be asked again; `ended` says why, where the kernel is the reason.
    """
    words = {} if public is None else {one.name: one.message for one in public.criteria}
    other = UNTOLD if public is None else ONLY_SECRET

    def told(one: Criterion) -> str:
        own = one.message if one.message == ended else _lines_without_numbers(one.message)
        return own if one.passed or own else words.get(one.name) or other

    criteria = tuple(replace(one, message=told(one)) for one in secret.criteria)
    explanations = secret.explanations if public is None else secret.explanations and public.explanations
    return replace(secret, criteria=criteria, explanations=explanations)


def _lines_without_numbers(message: str) -> str:
    return "\n".join(takewhile(lambda line: not re.search(r"\d", line), message.splitlines()))


class _Restart(KernelDied):
    """The kernel died while it was asked; its cell has its record already."""


def _is_check(cell: NotebookNode) -> bool:
    about = cell.metadata.get("nbgrader", {})
    return bool(about.get("grade")) and not about.get("solution")


def _command(cell: NotebookNode) -> dict[str, Any]:
    """What a kernel is to run: of a cell with checks what it does besides."""
    if not _is_check(cell):
        return {"do": "execute", "source": cell.source}
    return {"do": "execute", "source": questions_in(cell.source).rest, "graded": True}


def _unscored(node: NotebookNode) -> NotebookNode:
    """An error as text: nbgrader takes any error for zero points, and the record decides."""
    if node.output_type != "error":
        return node
    text = "\n".join(node.traceback) or f"{node.ename}: {node.evalue}"
    return new_output("stream", name="stdout", text=text + "\n")


def _why(outputs: Outputs) -> str:
    for node in outputs.nodes:
        if node.output_type == "error":
            return describe("" if node.ename == "CheckFailed" else node.ename, node.evalue).removeprefix(": ")
    return "the cell did not run to its end"


def _failed(task: str, message: str) -> Verdict:
    try:
        most = find_task(task).points
    except UnknownTask:
        most = 1.0
    return Verdict(task, most, (Criterion("something to check", 1, False, message),))
