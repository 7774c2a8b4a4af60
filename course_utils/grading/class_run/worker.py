"""The task of a worker: judge one submission. It sees no gradebook, and keeps nothing.

It takes and returns plain data, so that it runs in this process or on another machine alike.
"""

from __future__ import annotations

import contextlib
import time
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from traitlets.config import Config

from course_utils.grading.class_run.adoption import not_adopted
from course_utils.grading.course.assignment_spec import NotebookSpec
from course_utils.grading.course.language import course_language, submission_language
from course_utils.grading.course.notebook_file import NotebookFileError, parse_submission
from course_utils.grading.course.submission import TIMESTAMP, merged, read_files
from course_utils.grading.gradebook.records import versions
from course_utils.grading.judging.elsewhere import Search
from course_utils.grading.judging.judge import CellJudgement, Judgement, judge, new_seed
from course_utils.grading.judging.pending import keep_keys_back, note
from course_utils.grading.judging.safe_html import reset_time_budget
from course_utils.grading.judging.sanitize import sanitized
from course_utils.grading.messages import CellResult, GradedSubmission, GradingSettings, Submission
from course_utils.quiz.answers import FILE_NAME
from course_utils.quiz.key import is_unanswered, quiz_with
from course_utils.sandbox.outside.kernel import SandboxError, SandboxLost
from course_utils.sandbox.outside.shared import shared_sandbox
from course_utils.text import one_line
from course_utils.translation import say, speaking, to_say

SANDBOX_LOST = to_say("set aside: the sandbox was killed twice while it was judged, for want of memory perhaps")


def grade_submission(submission: Submission, settings: GradingSettings) -> GradedSubmission:
    """Judge a submission. A fault of its own becomes its reason; only a fault of the machine is raised.

    When the sandbox is killed meanwhile, for want of memory perhaps, it is judged once more in a new one.
    Raises SandboxError.
    """
    for _ in range(2):
        with contextlib.suppress(SandboxLost):
            return _graded(submission, settings)
    return GradedSubmission(submission.student, say(SANDBOX_LOST))


def _graded(submission: Submission, settings: GradingSettings) -> GradedSubmission:
    graded = GradedSubmission(submission.student, adopted=submission.adopted, versions=versions())
    started = time.perf_counter()
    try:
        for name, spec in settings.specs.items():
            if name in submission.notebooks:
                _grade_notebook(graded, submission, settings, spec)
    except NotebookFileError as error:
        return GradedSubmission(submission.student, str(error))
    except (SandboxError, KeyboardInterrupt):
        raise
    except Exception as error:  # whatever one submission does, the class goes on
        return GradedSubmission(submission.student, one_line(error))
    graded.seconds["total"] = time.perf_counter() - started
    return graded


def _grade_notebook(
    graded: GradedSubmission, submission: Submission, settings: GradingSettings, spec: NotebookSpec
) -> None:
    given = parse_submission(f"{spec.name}.ipynb", submission.notebooks[spec.name])
    with speaking(submission_language(given) or course_language(settings.config)):
        _grade_cells(graded, submission, settings, spec, given)


def _grade_cells(
    graded: GradedSubmission,
    submission: Submission,
    settings: GradingSettings,
    spec: NotebookSpec,
    given: list[dict[str, Any]],
) -> None:
    reset_time_budget()
    started = time.perf_counter()
    files = merged(submission.files, settings.files)
    notebook = sanitized(given, spec, files)
    prepared = time.perf_counter() - started
    seed = submission.seeds.get(spec.name) or new_seed()
    judgement = judge(
        notebook,
        shared_sandbox(settings.limits, settings.sandbox),
        files,
        seed,
        quiz_with(settings.bank, submission.files),
        given=settings.files,
    )
    started = time.perf_counter()
    graded.found[spec.name] = found = _found_elsewhere(given, submission, settings, spec, judgement)
    if found:
        keep_keys_back(notebook, judgement)
        notebook.cells.insert(0, note(found))
    _tidy(notebook, settings.config)
    graded.notebooks[spec.name] = nbformat.writes(notebook) + "\n"
    graded.seeds[spec.name] = seed
    graded.cells[spec.name] = {name: _result(cell) for name, cell in judgement.cells.items()}
    converted = prepared + time.perf_counter() - started
    for what, seconds in {**judgement.seconds, "convert": converted}.items():
        graded.seconds[what] = graded.seconds.get(what, 0.0) + seconds


def _found_elsewhere(
    given: list[dict[str, Any]],
    submission: Submission,
    settings: GradingSettings,
    spec: NotebookSpec,
    judgement: Judgement,
) -> dict[str, str]:
    """Graded cell -> what stands elsewhere, of those that earned less than all; looked for only where it matters."""
    judged = judgement.cells
    lost = {
        cell.name
        for cell in spec.cells
        if cell.name not in judged or judged[cell.name].points < judged[cell.name].max_points
    }
    if submission.is_decided or not lost:
        return {}
    unanswered = [name for name, cell in judged.items() if is_unanswered(cell.sentence)]
    others = cache(lambda: not_adopted(submission, settings))
    return Search(spec, given, others, submission.files.get(FILE_NAME)).sentences(lost, unanswered)


def _result(cell: CellJudgement) -> CellResult:
    text = "\n".join(verdict.text() for verdict in cell.verdicts)
    return CellResult(cell.points, cell.max_points, text or cell.sentence)


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


def read_submission(folder: Path, student: str, seeds: dict[str, int] | None = None) -> Submission:
    """The submission in a folder, links left out, and the file that says when it was handed in."""
    notebooks = {name.removesuffix(".ipynb"): text for name, text in read_files(folder, notebooks=True).items()}
    files = {name: content for name, content in read_files(folder).items() if name != TIMESTAMP}
    return Submission(student, notebooks, files, seeds or {})
