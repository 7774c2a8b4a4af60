"""What a worker does: judge one submission, and make one feedback page. It sees no gradebook, and keeps nothing.

Both functions take and return plain data, so that they run in this process or on another machine alike.
"""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass, field
from functools import cache
from html import escape
from typing import Any

import nbformat
from traitlets.config import Config

from course_utils.grading.files import read_files
from course_utils.grading.judge import judge, new_seed
from course_utils.grading.notebookfile import NotebookFileError, parse_notebook
from course_utils.grading.preprocessor import shared_sandbox
from course_utils.grading.quizanswers import quiz_with
from course_utils.grading.sandbox import SandboxError
from course_utils.grading.sanitize import sanitized
from course_utils.grading.spec import NotebookSpec
from course_utils.inside.confine import Limits


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


@dataclass(frozen=True)
class Scores:
    """What the gradebook says of a notebook, for its feedback page. cells: name -> score, points, comment."""

    cells: dict[str, dict[str, Any]]
    score: float
    max_score: float
    late_penalty: float


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
        return Graded(work.student, f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}")
    graded.seconds["total"] = time.perf_counter() - started
    return graded


def _grade_notebook(graded: Graded, work: Work, rules: Rules, spec: NotebookSpec) -> None:
    started = time.perf_counter()
    notebook = sanitized(parse_notebook(f"{spec.name}.ipynb", work.notebooks[spec.name]), spec)
    prepared = time.perf_counter() - started
    seed = work.seeds.get(spec.name) or new_seed()
    judgement = judge(
        notebook,
        shared_sandbox(rules.limits, rules.sandbox),
        {**work.files, **rules.files},
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


def feedback_page(name: str, notebook: str, scores: Scores, rules: Rules) -> str:
    """The feedback page of a judged notebook, by nbgrader's own template and settings.

    A notebook that cannot be rendered, by whatever its student wrote, gets a page that says so.
    """
    try:
        return _rendered(name, notebook, scores, rules)
    except Exception as error:
        reason = escape(f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}")
        score = f"{scores.score:g} of {scores.max_score:g} points"
        return f"<!doctype html><meta charset='utf-8'><p>{score}. The notebook could not be shown: {reason}</p>\n"


def _rendered(name: str, notebook: str, scores: Scores, rules: Rules) -> str:
    node = nbformat.reads(notebook, as_version=4)
    for cell in node.cells:
        about = cell.metadata.get("nbgrader")
        if about:
            about.update(scores.cells.get(about.get("grade_id"), {}))
    about = {
        "notebook": name,
        "score": scores.score,
        "max_score": scores.max_score,
        "late_penalty": scores.late_penalty,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        page, _ = _exporter(rules.config).from_notebook_node(node, {"nbgrader": about, "unique_key": name})
    return page


_exporters: dict[str, Any] = {}


def _exporter(config: Config) -> Any:
    """The exporter of these settings; making one, with its templates, takes longer than a page."""
    key = repr(config)
    if key not in _exporters:
        from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
        from nbgrader.converters import GenerateFeedback
        from nbgrader.coursedir import CourseDirectory

        config = config.copy()
        config.HTMLExporter.template_name = "feedback"
        config.Exporter.default_preprocessors = []
        converter = GenerateFeedback(coursedir=CourseDirectory(config=config), config=config)
        exporter = converter.exporter_class(config=converter.config)
        exporter.register_preprocessor(CSSHTMLHeaderPreprocessor, enabled=True)
        _exporters.clear()
        _exporters[key] = exporter
    return _exporters[key]


@cache
def prepare_worker() -> None:
    """Called once in each worker process: one thread for torch, as each worker has one core."""
    import torch

    torch.set_num_threads(1)


def work_of(folder: Any, student: str, seeds: dict[str, int] | None = None) -> Work:
    """The submission in a folder, links left out."""
    notebooks = {name.removesuffix(".ipynb"): text for name, text in read_files(folder, notebooks=True).items()}
    return Work(student, notebooks, read_files(folder), seeds or {})
