"""A page for whoever grades written answers: question, model answer, and each answer below what its own run printed.

What a run printed is taken from the notebook as it was handed in: a student can have changed it, and the page says so.
All of it is made harmless, and the page loads nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbformat import NotebookNode
from nbgrader.utils import compute_checksum

from course_utils.errors import CourseError
from course_utils.filesystem import write_atomically
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.course.language import source_notebook
from course_utils.grading.course.notebook_file import (
    NotebookFileError,
    is_check,
    parse_submission,
    read_notebook,
    read_submitted,
)
from course_utils.grading.gradebook.report import templates
from course_utils.grading.gradebook.results import ClassResults, Part, Score, State, StudentResult
from course_utils.grading.judging.outputs import safe_bundle
from course_utils.grading.judging.placing import cell_name
from course_utils.grading.judging.safe_html import markdown, reset_time_budget, safe_html
from course_utils.mathematics import with_drawn_equations
from course_utils.text import ANSI
from course_utils.translation import say

FORMGRADER = "http://localhost:8888/formgrader"
MAX_CELL, MAX_STUDENT = 4_000, 200_000  # characters of one output's text, and of all that is shown of a student's run
DRAWING_SECONDS = 1.0  # of the processor, for the equations of one text
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]+")


@dataclass(frozen=True)
class Printed:
    """What a cell showed in the student's own run: the number of the cell, and its outputs as harmless HTML."""

    number: int
    html: Markup


@dataclass(frozen=True)
class Answer:
    """A student's answer to one question.

    name: "" where the roster has none; text: "" of an answer that was left empty; address: where points are given, ""
    where the gradebook does not have it.
    """

    student: str
    name: str
    score: Score
    text: Markup
    printed: tuple[Printed, ...]
    address: str


@dataclass(frozen=True)
class WrittenQuestion:
    """A written question: its text, the cell of `source/` with model answer and rubric, and the class's answers."""

    part: Part
    text: Markup
    model: Markup
    answers: tuple[Answer, ...]

    @property
    def waiting(self) -> int:
        """How many answers nobody has graded."""
        return sum(answer.score.needs_manual for answer in self.answers)


def write_answers(course: CourseFolder, results: ClassResults, formgrader: str = FORMGRADER) -> Path | None:
    """Write `reports/ASSIGNMENT-answers.html`; its path, or None where the assignment has no written question.

    formgrader: the address at which the formgrader is open, for links.
    """
    questions = written_questions(course, results, formgrader)
    if not questions:
        return None
    path = course.reports / f"{results.assignment}-answers.html"
    left_out = [result for result in results.students if result.state is State.NOT_GRADED]
    page = (
        templates()
        .get_template("answers.html.j2")
        .render(
            assignment=results.assignment,
            questions=questions,
            left_out=left_out,
            names=results.names,
            formgrader=formgrader,
        )
    )
    write_atomically(path, page)
    return path


def written_questions(
    course: CourseFolder, results: ClassResults, formgrader: str = FORMGRADER
) -> list[WrittenQuestion]:
    """The assignment's written questions in their order; those who wait for points come first."""
    addresses = _addresses(course, results.assignment)
    graded = [result for result in results.students if result.state is not State.NOT_GRADED]
    questions = []
    for notebook in dict.fromkeys(part.notebook for part in results.parts):
        cells = _cells_of_source(course.source / results.assignment / f"{notebook}.ipynb", course.language)
        by_name = {str(cell.metadata.get("nbgrader", {}).get("grade_id")): at for at, cell in enumerate(cells)}
        written = [part for part in results.parts if part.notebook == notebook and part.name in by_name]
        written = [part for part in written if cells[by_name[part.name]].cell_type == "markdown"]
        answers: dict[str, list[Answer]] = {part.name: [] for part in written}
        for result in graded if written else ():
            address = addresses.get((result.student, notebook), "")
            for name, answer in _answers(course, results.assignment, notebook, written, result):
                link = f"{formgrader}/submissions/{address}" if address else ""
                answers[name].append(Answer(result.student, results.names.get(result.student, ""), *answer, link))
        for part in written:
            at = by_name[part.name]
            model = _shown_text(cells[at])
            ordered = sorted(answers[part.name], key=lambda answer: not answer.score.needs_manual)
            questions.append(WrittenQuestion(part, _question(cells, at), model, tuple(ordered)))
    return questions


def _cells_of_source(path: Path, language: str) -> list[NotebookNode]:
    try:
        return list(source_notebook(path, language).cells)
    except NotebookFileError as error:
        raise CourseError(f"source/{path.parent.name}: {error}") from error


def _question(cells: Sequence[NotebookNode], at: int) -> Markup:
    """The text cells right above the answer."""
    first = at
    while first and cells[first - 1].cell_type == "markdown" and "nbgrader" not in cells[first - 1].metadata:
        first -= 1
    return Markup("\n").join(map(_shown_text, cells[first:at]))


def _shown_text(cell: NotebookNode) -> Markup:
    """A text cell as harmless HTML, its equations drawn."""
    return Markup(with_drawn_equations(markdown(cell.source, cell.get("attachments")), DRAWING_SECONDS))


def _answers(
    course: CourseFolder, assignment: str, notebook: str, written: Sequence[Part], result: StudentResult
) -> Iterator[tuple[str, tuple[Score, Markup, tuple[Printed, ...]]]]:
    """Name of the question -> score, answer and what was printed above it, of one student."""
    reset_time_budget()
    try:
        graded = read_notebook(course.autograded / result.student / assignment / f"{notebook}.ipynb")
    except NotebookFileError:
        return  # a submission may lack one of several notebooks
    texts = {str(cell.metadata.get("nbgrader", {}).get("grade_id")): cell for cell in graded.cells}
    checks = {name for name, cell in texts.items() if is_check(cell)}
    handed_in = _cells_handed_in(course.submitted / result.student / assignment / f"{notebook}.ipynb")
    for part in written:
        cell = texts.get(part.name)
        if cell is not None:
            html = Markup("") if _is_left_empty(cell) else _shown_text(cell)
            yield part.name, (result.scores[part], html, tuple(_printed_above(handed_in, part.name, checks)))


def _is_left_empty(cell: NotebookNode) -> bool:
    """Whether it is blank, or as it was handed out."""
    return not cell.source.strip() or cell.metadata["nbgrader"].get("checksum") == compute_checksum(cell)


def _cells_handed_in(path: Path) -> list[dict[str, Any]]:
    try:
        return parse_submission(path.name, read_submitted(path))
    except NotebookFileError:
        return []


def _printed_above(cells: Sequence[dict[str, Any]], name: str, checks: set[str]) -> Iterator[Printed]:
    """What the code cells above an answer showed, less the checks: the judge has said what is right."""
    names = [cell_name(cell) for cell in cells]
    above = cells[: names.index(name)] if name in names else cells
    size = 0
    for number, (cell, own_name) in enumerate(zip(above, names, strict=False), 1):
        outputs = cell.get("outputs")
        if cell.get("cell_type") != "code" or own_name in checks or not isinstance(outputs, list):
            continue
        html = "".join(_shown(output) for output in outputs if isinstance(output, dict))
        size += len(html)
        if html and size > MAX_STUDENT:
            yield Printed(number, Markup("<p>{}</p>").format(say("(more than is shown here)")))
            return
        if html:
            yield Printed(number, Markup(html))


def _shown(output: Mapping[str, Any]) -> str:
    """One output of a stranger's notebook as harmless HTML."""
    kind = output.get("output_type")
    if kind == "stream":
        return _as_text(output.get("text"))
    if kind == "error":
        return _as_text(f"{output.get('ename')}: {output.get('evalue')}")
    data = output.get("data")
    if kind not in ("display_data", "execute_result") or not isinstance(data, dict):
        return ""
    bundle = safe_bundle({name: _joined(value) for name, value in data.items()})
    for picture in ("image/png", "image/jpeg"):
        if picture in bundle:
            return safe_html(f'<img alt="" src="data:{picture};base64,{bundle[picture]}">') if BASE64.fullmatch(
                bundle[picture]) else ""  # fmt: skip
    return bundle.get("text/html") or _as_text(bundle.get("text/plain"))


def _as_text(value: object) -> str:
    """Its beginning and its end, where it is long."""
    text = ANSI.sub("", _joined(value)).strip("\n")
    if len(text) > MAX_CELL:
        text = f"{text[: MAX_CELL // 2]}\n…\n{text[-MAX_CELL // 2 :]}"
    return f"<pre>{escape(text)}</pre>" if text else ""


def _joined(value: object) -> str:
    return "".join(map(str, value)) if isinstance(value, list) else value if isinstance(value, str) else ""


def _addresses(course: CourseFolder, assignment: str) -> dict[tuple[str, str], str]:
    """(student, notebook) -> the name by which the formgrader opens it."""
    with course.gradebook() as gradebook:
        return {
            (submission.student_id, notebook.name): notebook.id
            for submission in gradebook.assignment_submissions(assignment)
            for notebook in submission.notebooks
        }
