"""What a worker does: judge one submission. It sees no gradebook, and keeps nothing.

It takes and returns plain data, so that it runs in this process or on another machine alike.
"""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path

import nbformat
from traitlets.config import Config

from course_utils.grading.course.assignment_spec import NotebookSpec
from course_utils.grading.course.notebook_file import NotebookFileError, parse_submission
from course_utils.grading.course.submission import merged, read_files
from course_utils.grading.judging.judge import judge, new_seed
from course_utils.grading.judging.safe_html import begin
from course_utils.grading.judging.sanitize import sanitized
from course_utils.grading.messages import Graded, Rules, Told, Work
from course_utils.quiz.key import quiz_with
from course_utils.sandbox.outside.kernel import SandboxError
from course_utils.sandbox.outside.shared import shared_sandbox
from course_utils.text import one_line


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
