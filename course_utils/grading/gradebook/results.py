"""The results of grading: one per student, read from the gradebook and the graded notebooks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from enum import Enum

from nbformat.notebooknode import NotebookNode

from course_utils.errors import CourseError
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.course.notebook_file import NotebookFileError, is_check, read_notebook
from course_utils.grading.gradebook.ledger import is_entered
from course_utils.grading.gradebook.records import current_record
from course_utils.text import error_line


class State(str, Enum):
    """What is known of a submission. "Not graded" is a state of its own, never a zero."""

    GRADED = "graded"
    NEEDS_MANUAL = "needs manual grading"
    NOT_GRADED = "not graded"


@dataclass(frozen=True)
class Part:
    """A graded cell of the assignment."""

    notebook: str
    name: str
    max_points: float

    @property
    def is_bonus(self) -> bool:
        """A bonus counts on top: its points are not part of the maximum."""
        return "bonus" in self.name.lower()


@dataclass(frozen=True)
class Score:
    """A student's points in a part. `diagnosis` is the first line of why a check failed, else empty."""

    points: float
    needs_manual: bool = False
    diagnosis: str = ""


@dataclass(frozen=True)
class StudentResult:
    """A student's row. Not graded: `reason` says why, and there are no scores."""

    student: str
    state: State
    reason: str = ""
    scores: dict[Part, Score] = field(default_factory=dict)
    penalty: float = 0.0
    found: str = ""  # what stands elsewhere than in its place
    adopted: tuple[str, ...] = ()

    @property
    def elsewhere(self) -> str:
        """What was found elsewhere, and what of it was taken, as one sentence; "" for nearly everybody."""
        return ". ".join(filter(None, [(self.adopted and f"adopted: {', '.join(self.adopted)}") or "", self.found]))

    @property
    def points(self) -> float | None:
        """The sum of the parts, less the penalty for lateness; None when not graded."""
        if self.state is State.NOT_GRADED:
            return None
        return max(0.0, sum(score.points for score in self.scores.values()) - self.penalty)


@dataclass(frozen=True)
class Misunderstanding:
    """A diagnosis and whom it concerns."""

    diagnosis: str
    parts: tuple[str, ...]
    students: tuple[str, ...]


@dataclass(frozen=True)
class ClassResults:
    """All that the report shows of an assignment."""

    assignment: str
    parts: tuple[Part, ...]
    students: tuple[StudentResult, ...]

    @property
    def max_points(self) -> float:
        """The points of all parts but the bonus."""
        return sum(part.max_points for part in self.parts if not part.is_bonus)

    def percent(self, result: StudentResult) -> float | None:
        """Points of the maximum, in per cent; more than 100 with a bonus. None when not graded."""
        if result.points is None or not self.max_points:
            return None
        return 100 * result.points / self.max_points

    def count(self, state: State) -> int:
        """How many students are in this state."""
        return sum(result.state is state for result in self.students)

    def misunderstandings(self) -> list[Misunderstanding]:
        """The diagnoses of failed checks, those of the most students first."""
        students: dict[str, dict[str, None]] = defaultdict(dict)
        parts: dict[str, dict[str, None]] = defaultdict(dict)
        for result in self.students:
            for part, score in result.scores.items():
                if score.diagnosis:  # dictionaries, because they keep the order and each name once
                    students[score.diagnosis][result.student] = parts[score.diagnosis][part.name] = None
        all_of_them = [Misunderstanding(text, tuple(parts[text]), tuple(students[text])) for text in students]
        # What was not tried is not misunderstood: it comes last.
        return sorted(
            all_of_them, key=lambda item: ("not written yet" in item.diagnosis, -len(item.students), item.diagnosis)
        )


def class_results(course: CourseFolder, assignment: str) -> ClassResults:
    """The results of every student with a folder in `submitted/`.

    Raises: UsageError for an unknown assignment; CourseError when it was never graded.
    """
    course.require(assignment)
    from nbgrader.api import MissingEntry

    with course.gradebook() as gradebook:
        try:
            parts = _parts(gradebook.find_assignment(assignment))
        except MissingEntry:
            raise CourseError(f"{assignment} has not been graded yet; run: ./course grade {assignment}") from None
        students = tuple(_result(course, gradebook, assignment, parts, student) for student in course.students())
    return ClassResults(assignment, parts, students)


def _parts(assignment) -> tuple[Part, ...]:
    """The graded cells in the order of the notebooks."""
    parts: list[Part] = []
    for notebook in sorted(assignment.notebooks, key=lambda notebook: notebook.name):
        graded = {cell.name: float(cell.max_score) for cell in [*notebook.grade_cells, *notebook.task_cells]}
        parts.extend(Part(notebook.name, name, graded[name]) for name in _in_order(notebook, graded))
    return tuple(parts)


def _in_order(notebook, graded: dict[str, float]) -> list[str]:
    place = {cell.name: cell.id for cell in notebook.source_cells}
    listed = [cell.name for cell in notebook.source_cells if cell.name in graded]
    return listed + [name for name in graded if name not in place]


def _result(course: CourseFolder, gradebook, assignment: str, parts: tuple[Part, ...], student: str) -> StudentResult:
    record = current_record(course, assignment, student)
    if not record.graded:
        return StudentResult(student, State.NOT_GRADED, record.reason)
    from nbgrader.api import MissingEntry

    try:
        submission = gradebook.find_submission(assignment, student)
    except MissingEntry:
        return StudentResult(student, State.NOT_GRADED, "the gradebook has lost it; run ./course grade again")
    if not any(is_entered(grade) for notebook in submission.notebooks for grade in notebook.grades):
        return StudentResult(student, State.NOT_GRADED, "the gradebook has lost it; run ./course grade again")
    grades = {
        (grade.notebook.name, grade.name): grade for notebook in submission.notebooks for grade in notebook.grades
    }
    diagnoses = _diagnoses(course, assignment, student, {part.notebook for part in parts})
    scores = {part: _score(grades.get((part.notebook, part.name)), diagnoses.get(part.name, "")) for part in parts}
    waiting = any(score.needs_manual for score in scores.values())
    state = State.NEEDS_MANUAL if waiting else State.GRADED
    penalty = float(submission.late_submission_penalty or 0)
    return StudentResult(student, state, "", scores, penalty, record.found, tuple(record.adopted))


def _score(grade, diagnosis: str) -> Score:
    if grade is None:
        return Score(0.0, needs_manual=True)
    points = float(grade.score or 0)
    failed = points < float(grade.max_score or 0)
    return Score(points, bool(grade.needs_manual_grade), diagnosis if failed else "")


def _diagnoses(course: CourseFolder, assignment: str, student: str, notebooks: set[str]) -> dict[str, str]:
    """The diagnosis of each failed check, by the cell's name."""
    diagnoses = {}
    for name in notebooks:
        try:
            notebook = read_notebook(course.autograded / student / assignment / f"{name}.ipynb")
        except NotebookFileError:
            continue  # a submission may lack one of several notebooks
        for cell in notebook.cells:
            if is_check(cell):
                diagnoses[cell.metadata.nbgrader.get("grade_id")] = diagnosis(cell)
    return diagnoses


def diagnosis(cell: NotebookNode) -> str:
    """Why the executed cell earned less than all: one line, or "" when its outputs do not say."""
    for output in cell.get("outputs", []):
        if "course" in output.get("metadata", {}):  # the judge's record
            return error_line("", str(output.metadata["course"].get("sentence", ""))).removeprefix(": ")
        if output.output_type == "error":
            if output.ename == "CheckFailed":
                return error_line("", output.evalue).removeprefix(": ") or "CheckFailed"
            return error_line(output.ename, output.evalue)
        if output.output_type == "stream" and output.name == "stderr":
            return error_line("printed on stderr, which nbgrader counts as failed", output.text)
    return ""
