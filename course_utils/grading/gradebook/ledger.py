"""The one writer: enters the results of workers into nbgrader's gradebook, one batch per transaction."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import nbformat
from nbgrader.api import Gradebook
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import compute_checksum, determine_grade, is_task
from sqlalchemy.exc import OperationalError

from course_utils.errors import CourseError
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.course.submission import handed_in_at
from course_utils.grading.messages import GradebookScores, GradedSubmission, ScoresByStudent
from course_utils.text import one_line


class Ledger:
    """The course's gradebook, open for one run. Use it in a `with`."""

    def __init__(self, course: CourseFolder, assignment: str) -> None:
        self.course, self.assignment = course, assignment
        self.directory = course.nbgrader()

    def __enter__(self) -> Ledger:
        self.gradebook = Gradebook(self.directory.db_url, self.directory.course_id)
        return self

    def __exit__(self, *_: object) -> None:
        self.gradebook.close()

    def write(self, results: Sequence[GradedSubmission]) -> tuple[ScoresByStudent, dict[str, str]]:
        """Enter the results; student -> notebook -> scores, and student -> the reason for which it was refused.

        Manual scores and comments that are there stay, as with nbgrader's own autograder. Raises CourseError when the
        gradebook cannot be written at all.
        """
        try:
            return self._write(results), {}
        except OperationalError as error:
            reason = f"the gradebook cannot be written: {one_line(error.orig or error)}"
            raise CourseError(f"{reason}; when that is mended, the same command goes on from here") from error
        except Exception as error:
            if len(results) == 1:
                return {}, {results[0].student: f"the gradebook refuses it: {one_line(error)}"}
        scores: ScoresByStudent = {}
        refused: dict[str, str] = {}
        for graded in results:
            entered, reasons = self.write([graded])
            scores |= entered
            refused |= reasons
        return scores, refused

    def _write(self, results: Sequence[GradedSubmission]) -> ScoresByStudent:
        """In one transaction: all of them, or none."""
        with self._one_transaction(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # SQLAlchemy's, about how nbgrader adds rows
            return {graded.student: self._enter(graded) for graded in results}

    @contextlib.contextmanager
    def _one_transaction(self) -> Iterator[None]:
        """nbgrader commits after every row; here its commits only flush, until the one at the end."""
        session = self.gradebook.db
        commit = session.commit
        session.commit = session.flush
        try:
            yield
            commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.commit = commit

    def _enter(self, graded: GradedSubmission) -> dict[str, GradebookScores]:
        self.gradebook.update_or_create_student(graded.student)
        submission = self._submission(graded.student)
        scores = {}
        for notebook in submission.notebooks:
            text = graded.notebooks.get(notebook.name)
            cells = nbformat.reads(text, as_version=4).cells if text else []
            self._enter_notebook(notebook, {name: cell for cell in cells if (name := _name(cell))})
            self.gradebook.db.flush()
            self._enter_penalty(submission, notebook, graded.student)
            if text:
                scores[notebook.name] = _scores(notebook)
        return scores

    def _submission(self, student: str) -> Any:
        timestamp = handed_in_at(self.course.submitted / student / self.assignment)
        given = {"timestamp": timestamp} if timestamp else {}
        return self.gradebook.update_or_create_submission(self.assignment, student, **given)

    def _enter_notebook(self, notebook: Any, cells: dict[str, Any]) -> None:
        """Automatic scores and comments; a notebook that was not handed in earns nothing."""
        for grade in notebook.grades:
            cell = cells.get(grade.name)
            if not cells:
                grade.auto_score, grade.needs_manual_grade = 0, False
            elif cell is not None and not is_task(cell):
                grade.auto_score, _ = determine_grade(cell)
                grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
        for comment in notebook.comments:
            cell = cells.get(comment.name)
            if cell is not None:
                untouched = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell) and not is_task(cell)
                comment.auto_comment = "No response." if untouched else None

    def _enter_penalty(self, submission: Any, notebook: Any, student: str) -> None:
        notebook.late_submission_penalty = None
        if submission.assignment.duedate is not None and submission.total_seconds_late > 0:
            assigner = AssignLatePenalties(config=self.course.config)
            assigner.init_plugin()
            late = submission.total_seconds_late
            penalty = assigner.plugin_inst.late_submission_penalty(student, notebook.score, late)
            if penalty is not None:
                notebook.late_submission_penalty = assigner._check_late_penalty(notebook, penalty)


def _name(cell: Any) -> str | None:
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def _scores(notebook: Any) -> GradebookScores:
    cells: dict[str, dict[str, Any]] = {}
    for grade in notebook.grades:
        cells.setdefault(grade.name, {}).update(score=grade.score, points=grade.max_score)
    for comment in notebook.comments:
        cells.setdefault(comment.name, {})["comment"] = comment.comment
    penalty = float(notebook.late_submission_penalty or 0)
    return GradebookScores(cells, float(notebook.score) - penalty, float(notebook.max_score), penalty)
