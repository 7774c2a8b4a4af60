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
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from itertools import takewhile
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from course_utils.checks.own_tasks import own_tasks
from course_utils.checks.tasks import Task, UnknownTask, find_task, with_own
from course_utils.checks.verdict import Criterion, Verdict
from course_utils.grading.judging.causes import Causes
from course_utils.grading.judging.check_calls import CheckCall, CheckCalls, check_calls_in
from course_utils.grading.judging.outputs import Flood, Outputs, error_in, why_failed
from course_utils.sandbox.outside.kernel import Kernel, KernelDied, KernelTooSlow, Sandbox
from course_utils.sandbox.outside.remote import Remote
from course_utils.sandbox.protocol.limits import MEBI
from course_utils.student_code.call import ProbeError
from course_utils.translation import in_english, remembering, say, to_say

MAX_CELLS = 500  # code cells that are run; a student's notebook has a few dozen
MAX_RESTARTS = 10
ANSWER_SECONDS = 10.0  # that the cell of an answer may take, whatever the cells before it took
REPLAY_SECONDS = 1.0  # the same where it is run again, for another kernel
TOO_LITTLE = 0.5  # seconds: with less a cell is not run
MAX_OUTPUTS = 8  # of the size that a cell may have, for all cells of a notebook
ONLY_SECRET = to_say(
    "right for the public cases, wrong for others of the same kind: does the function know the public ones by heart?"
)
UNTOLD = to_say("not right for the judge's cases; the check in your notebook says more")
TOO_LARGE = to_say("(not shown: the notebook's outputs are larger than {size} MiB)")
KEY = "course"  # where an output's metadata keeps the judgement


@dataclass(frozen=True)
class CellJudgement:
    """The judgement on a graded cell. points: of its `max_points`; sentence: "" when all are earned."""

    points: float
    max_points: float
    sentence: str = ""
    verdicts: tuple[Any, ...] = ()


@dataclass
class Judgement:
    """A judged notebook: its graded cells by name, how long it took, and the seed that the cases came from."""

    seed: int
    cells: dict[str, CellJudgement] = field(default_factory=dict)
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
    given: Mapping[str, bytes] | None = None,
) -> Judgement:
    """Run the notebook in place. It must have been sanitised: what its graded cells ask is taken at its word.

    files: what else was handed in. answer_quiz: `(question, answers) -> verdict` for the tasks of a quiz.
    given: the assignment's own files, for its own tasks; never a student's, as they are run here.
    """
    with with_own(own_tasks(given or {})), remembering():
        return NotebookRun(notebook, sandbox, files or {}, new_seed() if seed is None else seed, answer_quiz).finish()


@dataclass
class _Time:
    """Seconds that are left for the cells that are not graded."""

    left: float

    def share(self, reserve: float) -> float:
        """Half of what is left, or the reserve where that is more: a dozen slow cells do not use it up."""
        return max(self.left / 2 if self.left >= TOO_LITTLE else 0.0, reserve)

    @contextlib.contextmanager
    def charged(self) -> Iterator[None]:
        """What runs here is taken off."""
        start = time.monotonic()
        try:
            yield
        finally:
            self.left -= time.monotonic() - start


class NotebookRun:
    """One notebook while it is judged. A rehearsal overrides what it wants to hear of, and which cases are drawn."""

    def __init__(self, notebook: NotebookNode, sandbox: Sandbox, files: Mapping[str, bytes], seed: int, quiz: Any):
        self.sandbox, self.files, self.quiz = sandbox, files, quiz
        self.cells = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
        self.judgement, self.causes = Judgement(seed), Causes()
        self.labels = _labels(notebook)
        self.shown: dict[str, list[NotebookNode]] = {}
        self.culprits: set[int] = set()  # cells at which a kernel died: they are not run again
        self.next, self.count, self.output_size = 0, 0, 0
        self.time = _Time(sandbox.limits.submission_seconds)

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
            self._close(cell, Outputs(), say("not run: the kernel had died too often before"))
        return self.judgement

    def _replay(self, kernel: Kernel) -> None:
        for index, cell in enumerate(self.cells[: self.next]):
            command = _command(cell)
            share = self.time.share(REPLAY_SECONDS if _is_answer(cell) else 0)
            seconds = min(self.sandbox.limits.cell_seconds, share)
            if index not in self.culprits and command["source"] and seconds:
                with self.time.charged(), contextlib.suppress(KernelTooSlow):
                    kernel.ask(command, seconds=seconds)

    def _run_on(self, kernel: Kernel) -> None:
        while self.next < len(self.cells):
            cell = self.cells[self.next]
            self.starts(cell)
            if self.next >= MAX_CELLS and not _is_check(cell):
                self._close(cell, Outputs(), say("not run: more than {most} code cells", most=MAX_CELLS))
            elif not self.seconds(cell):
                limit = self.sandbox.limits.submission_seconds
                problem = say("not run: the submission's {seconds} seconds were over", seconds=f"{limit:.0f}")
                self._close(cell, Outputs(), problem)
            elif _is_check(cell) and check_calls_in(cell.source).calls:
                self._ask(kernel, cell, check_calls_in(cell.source))
            else:
                outputs, problem = self._execute(kernel, cell)
                self._close(cell, outputs, problem)
            self.next += 1

    def starts(self, cell: NotebookNode) -> None:
        """A cell is next."""

    def stopped(self, cell: NotebookNode, error: str, message: str) -> None:
        """A cell that is not graded did not run to its end: the exception's name, "" where the judge stopped it."""
        self.causes.note(self.labels[id(cell)], cell.source, error, message)

    def _blame(self, reason: str) -> None:
        if self.next < len(self.cells):
            cell = self.cells[self.next]
            outputs = Outputs()
            outputs.add({"is": "error", "ename": "KernelDied", "evalue": reason, "traceback": [reason]})
            self._close(cell, outputs, reason)
            self.culprits.add(self.next)
            self.next += 1

    def seconds(self, cell: NotebookNode) -> float:
        """What the cell may take. A graded one has its own time, so that slow cells cost themselves and no check."""
        if _is_check(cell):
            return self.sandbox.limits.cell_seconds
        return min(self.sandbox.limits.cell_seconds, self.time.share(ANSWER_SECONDS if _is_answer(cell) else 0))

    @contextlib.contextmanager
    def _timed(self, what: str):
        start = time.perf_counter()
        try:
            yield
        finally:
            self.judgement.seconds[what] += time.perf_counter() - start

    def _execute(self, kernel: Kernel, cell: NotebookNode) -> tuple[Outputs, str]:
        """The cell's outputs, and what was wrong with running it."""
        max_output, problem = self.sandbox.limits.output, ""
        outputs = Outputs(self.shown, max_output)
        is_heard = _is_check(cell) or self.output_size <= MAX_OUTPUTS * max_output
        if not is_heard:
            words = say(TOO_LARGE, size=MAX_OUTPUTS * max_output // MEBI)
            outputs.add({"is": "stream", "name": "stdout", "text": f"{words}\n"})
        try:
            with self._timed("cells"), contextlib.nullcontext() if _is_check(cell) else self.time.charged():
                answer = kernel.ask(
                    _command(cell), seconds=self.seconds(cell), output=outputs.add if is_heard else None
                )
            if answer.header.get("ok") is not True:
                outputs.failed = True
        except KernelTooSlow as error:
            problem = str(error)
            outputs.add({"is": "error", "ename": "CellTimeoutError", "evalue": problem, "traceback": [problem]})
        except Flood:
            raise kernel.give_up(say("the cell said more than {size} MiB", size=2 * max_output // MEBI)) from None
        finally:
            self.output_size += outputs.size
        return outputs, problem

    def _close(self, cell: NotebookNode, outputs: Outputs, problem: str = "") -> None:
        """Write an executed cell's outputs; of a graded one also its points, decided by how it ran."""
        self.count += 1
        cell.execution_count = self.count
        if not _is_check(cell):
            cell.outputs = outputs.nodes
            if problem or outputs.failed:
                self.stopped(cell, *(("", problem) if problem else error_in(outputs)))
            return
        max_points = float(cell.metadata.nbgrader.get("points", 0))
        failed = bool(problem) or outputs.failed
        number = outputs.number if outputs.number is not None and math.isfinite(outputs.number) else max_points
        points = 0.0 if failed else min(max(number, 0.0), max_points)
        if problem and not outputs.failed:
            outputs.add({"is": "stream", "name": "stdout", "text": problem + "\n"})
        sentence = problem or (self.causes.explained(why_failed(outputs)) if failed else "")
        note = "" if problem else say("run in the student's kernel, not by the judge")
        for node in outputs.nodes:
            if node.output_type == "stream":
                node.name = "stdout"  # a warning costs no points
        self.record(cell, CellJudgement(points, max_points, sentence), outputs.nodes, f"<i>{note}</i>" if note else "")

    def _ask(self, kernel: Kernel, cell: NotebookNode, asked: CheckCalls) -> None:
        self.count += 1
        cell.execution_count = self.count
        before, deadline = Outputs(), time.monotonic() + self.seconds(cell)
        if asked.rest:
            before, problem = self._execute(kernel, cell)
            if problem or before.failed:
                self.count -= 1
                self._close(cell, before, problem)
                return
        with self._timed("checks"):
            verdicts = tuple(self._verdict(kernel, call, deadline) for call in asked.calls)
        max_points = float(cell.metadata.nbgrader.get("points", 0))
        share = sum(verdict.points / verdict.max_points for verdict in verdicts) / len(verdicts)
        failed = [verdict for verdict in verdicts if not verdict.passed]
        earned = round(max_points * share, 2)
        cell_judgement = CellJudgement(earned, max_points, failed[0].sentence if failed else "", verdicts)
        self.record(cell, cell_judgement, [], "".join(verdict._repr_html_() for verdict in verdicts))
        if kernel.died:
            self.culprits.add(self.next)
            self.next += 1
            raise _Restart(kernel.died)

    def _verdict(self, kernel: Kernel, call: CheckCall, deadline: float) -> Any:
        remote = Remote(kernel, max(0.1, deadline - time.monotonic()))
        assignment, _, part = call.task.partition(".")
        is_quiz = assignment == "quiz" and self.quiz is not None
        try:
            objects = [remote.value(expression) for expression in call.expressions]
        except ProbeError as error:
            # Without `answers` in the notebook, what was clicked still counts.
            return self.quiz(part, None) if is_quiz else with_cause(_failed(call.task, str(error)), self.causes)
        if is_quiz:
            return self.quiz(part, objects[0] if objects else None)
        try:
            task = find_task(call.task)
        except UnknownTask as error:
            return _failed(call.task, str(error))
        return with_cause(self.examined(task, objects, remote), self.causes, call.expressions)

    def examined(self, task: Task, objects: Sequence[Any], remote: Remote) -> Verdict:
        """The verdict on secret cases, in the words of the public ones."""
        secret = task.examine(*objects, seed=self._case_seed(task.name))
        if secret.passed:
            return secret
        is_told = all(criterion.passed or _lines_without_numbers(criterion.message) for criterion in secret.criteria)
        public = None if is_told or remote.ended or remote.is_over else task.examine(*objects)
        return without_secrets(secret, None if remote.ended else public, remote.ended)

    def _case_seed(self, task: str) -> int:
        digest = hashlib.sha256(f"{self.judgement.seed} {task}".encode()).digest()
        return int.from_bytes(digest[:8], "big") >> 1

    def record(
        self, cell: NotebookNode, cell_judgement: CellJudgement, nodes: Sequence[NotebookNode], html: str
    ) -> None:
        """The cell's outputs, with exactly one that nbgrader reads points from."""
        points = f"{cell_judgement.points:g}"
        html = html or f"<i>{escape(cell_judgement.sentence or say('right'))}</i>"
        record = new_output(
            "execute_result", data={"text/plain": points, "text/html": html}, execution_count=cell.execution_count,
            metadata={KEY: {"points": cell_judgement.points, **_sentences(cell_judgement.sentence)}},
        )  # fmt: skip
        cell.outputs = [_unscored(node) for node in nodes] + [record]
        self.judgement.cells[cell.metadata.nbgrader.grade_id] = cell_judgement


def _sentences(sentence: str) -> dict[str, str]:
    """The sentence, and the same in English where it is in another language: by that the class report counts."""
    english = in_english(sentence)
    return {"sentence": sentence} | ({"english": english} if english != sentence else {})


def with_cause(verdict: Verdict, causes: Causes, names: Sequence[str] = ()) -> Verdict:
    """The verdict; what fails because of a cell that failed before begins with that cell.

    That is a name which is missing, or one of `names` that has an older meaning, as the cell that was to change it is
    no Python.
    """
    older = "" if verdict.passed else causes.of_older(names)
    messages = (causes.explained(one.message) if not older or one.passed else f"{older}\n{one.message}"
                for one in verdict.criteria)  # fmt: skip
    criteria = (replace(one, message=message) for one, message in zip(verdict.criteria, messages, strict=True))
    return replace(verdict, criteria=tuple(criteria), explanations=() if older else verdict.explanations)


def without_secrets(secret: Verdict, public: Verdict | None, ended: str = "") -> Verdict:
    """The secret cases' points with the public cases' words: what students read holds no number of a secret case.

    It is also the same for all who made the same mistake. What a message says before its first number stays as it is.
    public: None when every message has words of its own, or the function could not be asked again; `ended` says why,
    where the kernel is the reason.
    """
    public_messages = {} if public is None else {criterion.name: criterion.message for criterion in public.criteria}
    default = say(UNTOLD if public is None else ONLY_SECRET)

    def message(criterion: Criterion) -> str:
        own = criterion.message if criterion.message == ended else _lines_without_numbers(criterion.message)
        return own if criterion.passed or own else public_messages.get(criterion.name) or default

    criteria = tuple(replace(criterion, message=message(criterion)) for criterion in secret.criteria)
    explanations = secret.explanations if public is None else secret.explanations and public.explanations
    return replace(secret, criteria=criteria, explanations=explanations)


def _lines_without_numbers(message: str) -> str:
    return "\n".join(takewhile(lambda line: not re.search(r"\d", line), message.splitlines()))


class _Restart(KernelDied):
    """The kernel died while it was asked; its cell has its record already."""


def _labels(notebook: NotebookNode) -> dict[int, str]:
    """The id of a cell's object -> how the cell is called where a message is about it."""
    numbered = enumerate(notebook.cells, 1)
    return {id(cell): _name(cell) or say("cell {number}", number=place) for place, cell in numbered}


def _name(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def _is_check(cell: NotebookNode) -> bool:
    marks = cell.metadata.get("nbgrader", {})
    return bool(marks.get("grade")) and not marks.get("solution")


def _is_answer(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def _command(cell: NotebookNode) -> dict[str, Any]:
    """What a kernel is to run: of a cell with checks what it does besides."""
    if not _is_check(cell):
        return {"do": "execute", "source": cell.source}
    return {"do": "execute", "source": check_calls_in(cell.source).rest, "graded": True}


def _unscored(node: NotebookNode) -> NotebookNode:
    """An error as text: nbgrader takes any error for zero points, and the record decides."""
    if node.output_type != "error":
        return node
    text = "\n".join(node.traceback) or f"{node.ename}: {node.evalue}"
    return new_output("stream", name="stdout", text=text + "\n")


def _failed(task: str, message: str) -> Verdict:
    max_points = 1.0
    with contextlib.suppress(UnknownTask):
        max_points = find_task(task).points
    return Verdict(task, max_points, (Criterion(to_say("something to check"), 1, False, message),))
