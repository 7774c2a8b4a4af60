"""The names by which nbgrader_config.py finds what is ours: nbgrader's own commands and its formgrader use them too.

`Sanitize`, `Judge` and `SaveGrades` are preprocessors of nbgrader's autograder, `Release` does its generator's work,
`GradesTable` is the table of `nbgrader export`, `FeedbackExporter` makes the pages of feedback, and `markdown` shows
what students wrote without scripts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import pass_context
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from traitlets import Enum, Float, Integer
from traitlets.config import Config

from course_utils.errors import CourseError
from course_utils.grading.course.assignment_spec import notebook_specs
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.course.language import course_language, submission_language
from course_utils.grading.course.notebook_file import NotebookFileError
from course_utils.grading.course.release import release_for_nbgrader, released_specs
from course_utils.grading.course.submission import merged, read_files
from course_utils.grading.gradebook.answers import answer_digests, unchanged
from course_utils.grading.gradebook.digests import submission_digest
from course_utils.grading.gradebook.export import GradesTable
from course_utils.grading.gradebook.feedback import FeedbackExporter
from course_utils.grading.gradebook.ledger import is_settled
from course_utils.grading.gradebook.records import load_record, note_seed
from course_utils.grading.judging import safe_html
from course_utils.grading.judging.judge import judge
from course_utils.grading.judging.sanitize import sanitized
from course_utils.quiz.key import bank_text, quiz_with
from course_utils.sandbox.outside.shared import KINDS, shared_sandbox
from course_utils.sandbox.protocol.limits import MEBI, Limits
from course_utils.translation import say, speaking

__all__ = ["FeedbackExporter", "GradesTable", "Judge", "Release", "Sanitize", "SaveGrades", "markdown"]


@pass_context
def markdown(context: Any, source: str) -> str:
    """nbconvert's filter for text cells, in pages of feedback and of the formgrader: harmless, with its pictures."""
    return safe_html.markdown(source, (context.get("cell") or {}).get("attachments"))


class Judge(NbGraderPreprocessor):
    """Runs and judges a notebook instead of nbgrader's Execute. A setting is `c.Judge.cell_seconds = 60`."""

    sandbox = Enum(KINDS, "bubblewrap", help="the walls around a submission; 'none' protects nothing").tag(config=True)
    cell_seconds = Float(60, help="seconds that a cell may take; a graded one has them for itself").tag(config=True)
    submission_seconds = Float(300, help="seconds of all cells that are not graded").tag(config=True)
    memory_mib = Integer(4096, help="MiB of memory, all processes of a submission together").tag(config=True)
    processes = Integer(64, help="processes and threads at a time").tag(config=True)
    written_mib = Integer(64, help="MiB that a submission may have in files").tag(config=True)
    output_mib = Integer(1, help="MiB of output per cell").tag(config=True)

    @property
    def limits(self) -> Limits:
        """The settings, in bytes and seconds."""
        return Limits(
            cell_seconds=self.cell_seconds,
            submission_seconds=self.submission_seconds,
            memory=self.memory_mib * MEBI,
            processes=self.processes,
            written=self.written_mib * MEBI,
            output=self.output_mib * MEBI,
        )

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Runs and judges `nb` in place; nbgrader's `resources` say whose submission of which assignment it is."""
        names, course = resources["nbgrader"], self.parent.parent.coursedir
        root, assignment, student = Path(course.root), names["assignment"], names["student"]
        submitted = Path(course.format_path(course.submitted_directory, student, assignment))
        source = Path(course.format_path(course.source_directory, ".", assignment))
        own = read_files(submitted)
        quiz = quiz_with(bank_text(source.parent, assignment), own)
        sandbox = shared_sandbox(self.limits, self.sandbox)
        given = read_files(source)
        with speaking(submission_language(nb.cells) or course_language(course.config)):
            judgement = judge(nb, sandbox, merged(own, given), answer_quiz=quiz, given=given)
        note_seed(root, assignment, student, names["notebook"], judgement.seed)
        return nb, resources


class SaveGrades(SaveAutoGrades):
    """nbgrader's SaveAutoGrades, after which points that a person gave stay settled while the answer is the same."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Enters the judged notebook `nb` into the gradebook."""
        names, course = resources["nbgrader"], CourseFolder(Path(self.parent.parent.coursedir.root), Config())
        notebook, assignment, student = names["notebook"], names["assignment"], names["student"]
        before = load_record(course, assignment, student)
        now = answer_digests(nb.cells, submission_digest(course, assignment, student))
        same = unchanged(before.answers.get(notebook, {}), now) if before else set()
        with Gradebook(names["db_url"]) as gradebook:
            grades = gradebook.find_submission_notebook(notebook, assignment, student).grades
            settled = {grade.name for grade in grades if grade.name in same and is_settled(grade)}
        nb, resources = super().preprocess(nb, resources)
        with Gradebook(names["db_url"]) as gradebook:
            for grade in gradebook.find_submission_notebook(notebook, assignment, student).grades:
                grade.needs_manual_grade = bool(grade.needs_manual_grade) and grade.name not in settled
            gradebook.db.commit()
        return nb, resources


class Sanitize(NbGraderPreprocessor):
    """Makes a submitted notebook again from the assignment: the first of the autograder's sanitizing preprocessors."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """The notebook built from the assignment and the student's text.

        Raises NotebookFileError when the file that was handed in is a link.
        """
        names = resources["nbgrader"]
        assignment, directory = names["assignment"], self.parent.parent.coursedir
        source = Path(directory.format_path(directory.source_directory, ".", assignment)).resolve().parent
        with Gradebook(names["db_url"]) as gradebook:
            known = notebook_specs(gradebook, assignment)
        specs = released_specs(source, assignment, known, course_language(directory.config))
        folder = Path(resources.get("metadata", {}).get("path") or ".")
        if (folder / f"{names['notebook']}.ipynb").is_symlink():
            raise NotebookFileError(
                say("{notebook}.ipynb is a link to another file, not a notebook", notebook=names["notebook"])
            )
        files = merged(read_files(folder), read_files(source / assignment))
        return sanitized(nb.cells, specs[names["notebook"]], files), resources


class Release(NotebookExporter):
    """The exporter of nbgrader's generator, which makes it before it removes anything: here `release/` is made.

    So `nbgrader generate_assignment` and the formgrader's *Generate* do what `./course build` does.
    """

    def __init__(self, parent: Any = None, **settings: Any) -> None:
        super().__init__(parent=parent, **settings)
        if isinstance(parent, GenerateAssignment):
            try:
                release_for_nbgrader(parent)
            except CourseError as error:
                parent.log.error(str(error))
                raise NbGraderException(str(error)) from error
