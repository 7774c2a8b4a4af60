"""The one writer: enters the results of workers into nbgrader's gradebook, one batch per transaction."""

from __future__ import annotations

import contextlib
import math
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from numbers import Real
from typing import Any

import nbformat
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import compute_checksum, determine_grade, is_task
from sqlalchemy.exc import OperationalError

from course_utils.errors import CourseError
from course_utils.grading.course.folder import CONFIG_NAME, CourseFolder
from course_utils.grading.course.gradebook_file import database_error, gradebook_fault
from course_utils.grading.course.submission import handed_in_at
from course_utils.grading.gradebook.answers import answer_digests, unchanged
from course_utils.grading.gradebook.records import Record, load_record
from course_utils.grading.messages import GradebookScores, GradedSubmission, ScoresByStudent
from course_utils.text import one_line, tidy
from course_utils.translation import say


class LateRuleError(CourseError):
    """The course's own rule for late submissions fails: no submission's fault."""


class Ledger:
    """The course's gradebook, open for one run. Use it in a `with`.

    submissions: student -> hash of all that was handed in. `answers` has, of each that was entered, notebook -> graded
    cell -> hash of its answer.
    """

    def __init__(self, course: CourseFolder, assignment: str, submissions: Mapping[str, str] | None = None) -> None:
        self.course, self.assignment, self.submissions = course, assignment, submissions or {}
        self.answers: dict[str, dict[str, dict[str, str]]] = {}
        self.directory = course.nbgrader()

    def __enter__(self) -> Ledger:
        with contextlib.ExitStack() as stack:
            self.gradebook = stack.enter_context(self.course.gradebook())
            self._exit = stack.pop_all()
        return self

    def __exit__(self, *error: Any) -> None:
        self._exit.__exit__(*error)

    def write(self, results: Sequence[GradedSubmission]) -> tuple[ScoresByStudent, dict[str, str]]:
        """Enter the results; student -> notebook -> scores, and student -> the reason for which it was refused.

        Manual scores and comments that are there stay, as with nbgrader's own autograder; and what was graded by hand
        needs it no further while its answer is the same.

        Raises CourseError when the gradebook cannot be written at all, or the rule for late submissions fails.
        """
        try:
            return self._write(results), {}
        except LateRuleError:
            raise
        except Exception as error:
            if isinstance(database_error(error), OperationalError):  # no submission's fault
                reason = gradebook_fault(error, self.directory.db_url)
                raise CourseError(
                    say("{reason}; what was graded stays, and it goes on from here", reason=reason)
                ) from error
            if len(results) == 1:
                return {}, {results[0].student: say("the gradebook refuses it: {reason}", reason=one_line(error))}
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
        before, scores = load_record(self.course, self.assignment, graded.student) or Record(False), {}
        self.answers[graded.student] = {}
        for notebook in submission.notebooks:
            text = graded.notebooks.get(notebook.name)
            cells = nbformat.reads(text, as_version=4).cells if text else []
            answers = answer_digests(cells, self.submissions.get(graded.student, ""))
            self.answers[graded.student][notebook.name] = answers
            same = unchanged(before.answers.get(notebook.name, {}), answers)
            named = {name: cell for cell in cells if (name := _name(cell))}
            self._enter_notebook(notebook, named, same, graded.found.get(notebook.name, {}))
            self.gradebook.db.flush()
            self._enter_penalty(submission, notebook, graded.student)
            if text:
                scores[notebook.name] = scores_of(notebook)
        return scores

    def _submission(self, student: str) -> Any:
        """Its time is that of timestamp.txt; without the file none, also where an earlier submission had one."""
        timestamp = handed_in_at(self.course.submitted / student / self.assignment)
        return self.gradebook.update_or_create_submission(self.assignment, student, timestamp=timestamp)

    def _enter_notebook(self, notebook: Any, cells: dict[str, Any], same: set[str], found: dict[str, str]) -> None:
        """Automatic scores and comments; a notebook that was not handed in earns nothing.

        same: the cells whose answer is the one of the last grading: points that a person gave are still that person's.
        found: cells whose answer was found elsewhere; such a cell waits for a person, until one has given it a score.
        """
        for grade in notebook.grades:
            cell = cells.get(grade.name)
            if not cells:
                grade.auto_score, grade.needs_manual_grade = 0, False
            elif cell is not None and not is_task(cell):
                stays = is_settled(grade) and grade.name in same
                grade.auto_score, _ = determine_grade(cell)
                has_to_be_seen = grade.manual_score is not None or grade.auto_score is None or grade.name in found
                grade.needs_manual_grade = has_to_be_seen and not stays
        for comment in notebook.comments:
            cell = cells.get(comment.name)
            if cell is not None:
                untouched = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell) and not is_task(cell)
                comment.auto_comment = "No response." if untouched else None

    def renew_penalties(self, students: Iterable[str]) -> ScoresByStudent:
        """Penalties by the times, due dates, extensions and the rule of now, of submissions that are not judged again.

        Points that were given by hand meanwhile count too. Returns the scores of those whose penalty changed.
        """
        changed: ScoresByStudent = {}
        with self._one_transaction(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for student in students:
                submission = self._submission(student)
                before = [notebook.late_submission_penalty or 0 for notebook in submission.notebooks]
                for notebook in submission.notebooks:
                    self._enter_penalty(submission, notebook, student)
                if before != [notebook.late_submission_penalty or 0 for notebook in submission.notebooks]:
                    changed[student] = {notebook.name: scores_of(notebook) for notebook in submission.notebooks}
        return changed

    def outdated_penalties(self, students: Iterable[str]) -> list[str]:
        """Whose penalties `renew_penalties` would change. Nothing is written, and nobody has to wait."""
        session = self.gradebook.db
        try:
            with session.no_autoflush:
                return [student for student in students if self._has_another_penalty(student)]
        finally:
            session.rollback()

    def _has_another_penalty(self, student: str) -> bool:
        submission = self.gradebook.find_submission(self.assignment, student)
        submission.timestamp = handed_in_at(self.course.submitted / student / self.assignment)
        return any(
            (notebook.late_submission_penalty or 0) != (self._late_penalty(submission, notebook, student) or 0)
            for notebook in submission.notebooks
        )

    def _enter_penalty(self, submission: Any, notebook: Any, student: str) -> None:
        notebook.late_submission_penalty = self._late_penalty(submission, notebook, student)

    def _late_penalty(self, submission: Any, notebook: Any, student: str) -> float | None:
        if submission.assignment.duedate is None or not submission.total_seconds_late > 0:
            return None
        penalty = self._penalty(notebook, student, submission.total_seconds_late)
        return None if penalty is None else float(self._late_rule()._check_late_penalty(notebook, penalty))

    def _penalty(self, notebook: Any, student: str, late: float) -> float | None:
        """What the course's rule takes off. It is the instructor's own Python."""
        score = notebook.score
        try:
            penalty = self._late_rule().plugin_inst.late_submission_penalty(student, score, late)
        except Exception as error:
            raise LateRuleError(
                say(
                    "the late rule in {file} fails for {student}: {reason}",
                    file=CONFIG_NAME,
                    student=student,
                    reason=one_line(error),
                )
            ) from error
        if penalty is None:
            return None
        if isinstance(penalty, Real) and math.isfinite(penalty):
            return float(penalty)
        raise LateRuleError(
            say(
                "the late rule in {file} fails for {student}: returned {returned} instead of a number; "
                "it has to return the points to take off, or None",
                file=CONFIG_NAME,
                student=student,
                returned=tidy(repr(penalty), 80),
            )
        )

    def _late_rule(self) -> Any:
        assigner = AssignLatePenalties(config=self.course.config)
        assigner.init_plugin()
        return assigner


def entered(gradebook: Any, assignment: str) -> set[str]:
    """The students whose points are in the gradebook; a row without any is one that nobody has graded."""
    return {
        submission.student_id
        for submission in gradebook.assignment_submissions(assignment)
        if any(is_entered(grade) for notebook in submission.notebooks for grade in notebook.grades)
    }


def is_settled(grade: Any) -> bool:
    """Whether a person has given points for a graded cell, and has seen it since it was judged."""
    return grade.manual_score is not None and not grade.needs_manual_grade


def is_entered(grade: Any) -> bool:
    """Whether a graded cell has points in the gradebook, or waits for some."""
    return bool(grade.needs_manual_grade) or grade.auto_score is not None or grade.manual_score is not None


def _name(cell: Any) -> str | None:
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def scores_of(notebook: Any) -> GradebookScores:
    """What a feedback page shows of a notebook of the gradebook."""
    cells: dict[str, dict[str, Any]] = {}
    for grade in notebook.grades:
        cells.setdefault(grade.name, {}).update(score=grade.score, points=grade.max_score)
    for comment in notebook.comments:
        cells.setdefault(comment.name, {})["comment"] = comment.comment
    penalty = float(notebook.late_submission_penalty or 0)
    return GradebookScores(cells, float(notebook.score) - penalty, float(notebook.max_score), penalty)
