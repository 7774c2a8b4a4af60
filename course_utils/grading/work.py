"""What a worker does: judge one submission. It sees no gradebook, and keeps nothing.

It takes and returns plain data, so that it runs in this process or on another machine alike.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import nbformat
from traitlets.config import Config

from course_utils.grading.files import merged, read_files
from course_utils.grading.judge import judge, new_seed
from course_utils.grading.notebookfile import NotebookFileError, parse_submission
from course_utils.grading.safehtml import begin
from course_utils.grading.sanitize import sanitized
from course_utils.grading.spec import NotebookSpec
from course_utils.quiz.key import quiz_with
from course_utils.sandbox.outside.kernel import SandboxError
from course_utils.sandbox.outside.shared import shared_sandbox
from course_utils.sandbox.protocol.limits import Limits
from course_utils.text import one_line


@dataclass(frozen=True)
class Rules:
    """What is the same for a class: the assignment, its other files, its quiz, the limits, nbgrader's settings."""

    specs: dict[str, NotebookSpec]
    files: dict[str, bytes]
    bank: str
    limits: Limits
    sandbox: str
    config: Config


@dataclass(frozen=True)
class Work:
    """One submission. seeds: notebook -> seed, to repeat a verdict; a new one is drawn where there is none."""

    student: str
    notebooks: dict[str, bytes]
    files: dict[str, bytes]
    seeds: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """What the judge found about a graded cell, in words."""

    points: float
    max_points: float
    text: str


@dataclass
class Graded:
    """What came of it: the executed notebooks, or the reason why there are none."""

    student: str
    reason: str = ""
    notebooks: dict[str, str] = field(default_factory=dict)  # name -> JSON
    seeds: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    findings: dict[str, dict[str, Told]] = field(default_factory=dict)  # name -> cell -> what was found


def grade_work(work: Work, rules: Rules) -> Graded:
    """Judge a submission. What is wrong with it becomes a reason; only what is wrong with the machine is raised.

    Raises SandboxError.
    """
    graded = Graded(work.student)
    started = time.perf_counter()
    try:
        for name, spec in rules.specs.items():
            if name in work.notebooks:
                _grade_notebook(graded, work, rules, spec)
    except NotebookFileError as error:
        return Graded(work.student, str(error))
    except (SandboxError, KeyboardInterrupt):
        raise
    except Exception as error:  # whatever one submission does, the class goes on
        return Graded(work.student, one_line(error))
    graded.seconds["total"] = time.perf_counter() - started
    return graded


def _grade_notebook(graded: Graded, work: Work, rules: Rules, spec: NotebookSpec) -> None:
    begin()
    started = time.perf_counter()
    notebook = sanitized(parse_submission(f"{spec.name}.ipynb", work.notebooks[spec.name]), spec)
    prepared = time.perf_counter() - started
    seed = work.seeds.get(spec.name) or new_seed()
    judgement = judge(
        notebook,
        shared_sandbox(rules.limits, rules.sandbox),
        merged(work.files, rules.files),
        seed,
        quiz_with(rules.bank, work.files),
    )
    started = time.perf_counter()
    _tidy(notebook, rules.config)
    graded.notebooks[spec.name] = nbformat.writes(notebook) + "\n"
    graded.seeds[spec.name] = seed
    graded.findings[spec.name] = {
        name: Told(one.points, one.max_points, "\n".join(verdict.text() for verdict in one.verdicts) or one.sentence)
        for name, one in judgement.findings.items()
    }
    converted = prepared + time.perf_counter() - started
    for what, seconds in {**judgement.seconds, "convert": converted}.items():
        graded.seconds[what] = graded.seconds.get(what, 0.0) + seconds


def _tidy(notebook: nbformat.NotebookNode, config: Config) -> None:
    """What nbgrader does after executing: patterns that are to be ignored, and long outputs."""
    from nbgrader.preprocessors import IgnorePattern, LimitOutput

    for preprocessor in (IgnorePattern, LimitOutput):
        preprocessor(config=config).preprocess(notebook, {})


@cache
def prepare_worker() -> None:
    """Called once in each worker process: one thread for torch, as each worker has one core."""
    import torch

    torch.set_num_threads(1)


def work_of(folder: Path, student: str, seeds: dict[str, int] | None = None) -> Work:
    """The submission in a folder, links left out."""
    notebooks = {name.removesuffix(".ipynb"): text for name, text in read_files(folder, notebooks=True).items()}
    return Work(student, notebooks, read_files(folder), seeds or {})
