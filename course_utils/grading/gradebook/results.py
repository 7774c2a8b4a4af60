"""The results of grading: one per student, read from the gradebook and the graded notebooks."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from enum import Enum
from typing import Any

from nbformat.notebooknode import NotebookNode

from course_utils.errors import CourseError
from course_utils.grading.course.assignment_spec import is_bonus
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.course.language import ENGLISH
from course_utils.grading.course.names import full_name
from course_utils.grading.course.notebook_file import NotebookFileError, is_check, read_notebook
from course_utils.grading.gradebook.ledger import is_entered
from course_utils.grading.gradebook.records import current_record, load_record
from course_utils.quiz.key import is_unanswered, names_choice
from course_utils.student_code.recognised import says_unwritten
from course_utils.text import error_line
from course_utils.translation import LANGUAGES, language, say, to_say

# How checks/training.py begins where losses differ. They do if the forward function is wrong, which says nothing more.
ECHO = "the loss of training step"
TASK = re.compile(r"""\bcheck\(\s*["'](\w+)\.(training|forward)["']""")


class State(str, Enum):
    """What is known of a submission. "Not graded" is a state of its own, never a zero."""

    GRADED = to_say("graded")
    NEEDS_MANUAL = to_say("needs manual grading")
    EARLIER = to_say("earlier version graded")  # what came since cannot be
    NOT_GRADED = to_say("not graded")

    @property
    def label(self) -> str:
        """What is shown of it; the value itself is the key in tables, the same in every language."""
        return say(self.value)

    def of(self, count: int) -> str:
        """The words after a number of students: "2 need manual grading"."""
        return say("need manual grading") if self is State.NEEDS_MANUAL and count != 1 else self.label

    def counted(self, count: int) -> str:
        """How many students are in this state: "2 need manual grading"."""
        many = to_say("{count} need manual grading")
        return say(many if self is State.NEEDS_MANUAL and count != 1 else COUNTED[self], count=count)


COUNTED = {
    State.GRADED: to_say("{count} graded"),
    State.NEEDS_MANUAL: to_say("{count} needs manual grading"),
    State.EARLIER: to_say("{count} earlier version graded"),
    State.NOT_GRADED: to_say("{count} not graded"),
}
NOT_HANDED_IN, NOT_DUE = (
    to_say("not handed in"),
    to_say("not due yet"),
)  # and so there is no submission to be in a state


@dataclass(frozen=True)
class Part:
    """A graded cell of the assignment."""

    notebook: str
    name: str
    max_points: float

    @property
    def is_bonus(self) -> bool:
        """A bonus counts on top: its points are not part of the maximum."""
        return is_bonus(self.name)


@dataclass(frozen=True)
class Score:
    """A student's points in a part. `diagnosis` is the first line of why a check failed, else empty.

    mistake: the same in English, whatever language the student was told it in: by it mistakes are counted.
    echo_of: the part whose mistake this one only repeats, such as losses that differ because the equations do.
    """

    points: float
    needs_manual: bool = False
    diagnosis: str = ""
    mistake: str = ""
    echo_of: str = ""


@dataclass(frozen=True)
class StudentResult:
    """A student's row. Not graded: `reason` says why, and there are no scores.

    Earlier version graded: the scores are those of that version, and `reason` says why there are no newer ones.
    """

    student: str
    state: State
    reason: str = ""
    scores: dict[Part, Score] = field(default_factory=dict)
    penalty: float = 0.0
    found: str = ""  # what stands elsewhere than in its place
    adopted: tuple[str, ...] = ()
    late: float = 0.0  # seconds after the student's due date

    @property
    def elsewhere(self) -> str:
        """What was found elsewhere, and what of it was taken, as one sentence; "" for nearly everybody."""
        adopted = say("adopted: {files}", files=", ".join(self.adopted)) if self.adopted else ""
        return say(". ").join(filter(None, [adopted, self.found]))

    @property
    def points(self) -> float | None:
        """Those that are known, bonus included, less the penalty for lateness; None when not graded."""
        if self.state is State.NOT_GRADED:
            return None
        known = (score.points for score in self.scores.values() if not score.needs_manual)
        return max(0.0, sum(known) - self.penalty)

    @property
    def is_final(self) -> bool:
        """Whether all points are known: nothing waits for a person."""
        is_graded = self.state in (State.GRADED, State.EARLIER)
        return is_graded and not any(score.needs_manual for score in self.scores.values())

    @property
    def known_max(self) -> float:
        """The maximum of the parts whose points are known; a bonus is no part of it."""
        parts = self.scores.items()
        return sum(part.max_points for part, score in parts if not score.needs_manual and not part.is_bonus)


@dataclass(frozen=True)
class Misunderstanding:
    """A diagnosis and whom it concerns. mistake: the diagnosis in English."""

    diagnosis: str
    mistake: str
    parts: tuple[str, ...]
    students: tuple[str, ...]

    @property
    def is_unwritten(self) -> bool:
        """Whether the part was not tried at all."""
        return says_unwritten(self.mistake, LANGUAGES) or is_unanswered(self.mistake, also_invalid=False)


@dataclass(frozen=True)
class ClassResults:
    """All that the report shows of an assignment.

    students: those who handed in something. absent: the others that the course knows, of whom those in `not_due` may
    still hand in. names: of the students whose names are known. due: the due date, in UTC.
    """

    assignment: str
    parts: tuple[Part, ...]
    students: tuple[StudentResult, ...]
    absent: tuple[str, ...] = ()
    not_due: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    due: datetime | None = None

    @property
    def max_points(self) -> float:
        """The points of all parts but the bonus."""
        return sum(part.max_points for part in self.parts if not part.is_bonus)

    def percent(self, result: StudentResult) -> float | None:
        """Known points of the known maximum, in per cent; more than 100 with a bonus. None where nothing is known."""
        if result.points is None or not result.known_max:
            return None
        return 100 * result.points / result.known_max

    @property
    def has_late(self) -> bool:
        """Whether anybody handed in late."""
        return any(result.late or result.penalty for result in self.students)

    def count(self, state: State) -> int:
        """How many students are in this state."""
        return sum(result.state is state for result in self.students)

    def misunderstandings(self) -> list[Misunderstanding]:
        """The diagnoses of failed checks, those of the most students first; an echo belongs to what it repeats.

        They are counted by the mistake, in whatever language each student was told it.
        """
        students: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        parts: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        said: dict[tuple[str, str], set[str]] = defaultdict(set)
        for result in self.students:
            own = {part.name: score for part, score in result.scores.items()}
            for part, score in result.scores.items():
                first = own[score.echo_of] if score.echo_of in own and own[score.echo_of].diagnosis else score
                key = first.mistake or first.diagnosis, part.name if names_choice(first.diagnosis) else ""
                if first.diagnosis:  # dictionaries, because they keep the order and each name once
                    students[key][result.student] = parts[key][part.name] = None
                    said[key].add(first.diagnosis)
        order = {part.name: place for place, part in enumerate(self.parts)}
        all_of_them = [
            Misunderstanding(
                _shown(key[0], said[key]),
                key[0],
                tuple(sorted(parts[key], key=order.__getitem__)),
                tuple(students[key]),
            )
            for key in students
        ]
        # What was not tried is not misunderstood: it comes last.
        return sorted(all_of_them, key=lambda item: (item.is_unwritten, -len(item.students), item.mistake))


def _shown(mistake: str, said: set[str]) -> str:
    """A mistake in English, or as students were told it in another language, where that is the report's."""
    return mistake if language() == ENGLISH else min(said - {mistake}, default=mistake)


def class_results(course: CourseFolder, assignment: str) -> ClassResults:
    """The results of every student who handed in the assignment, and who did not.

    Raises: UsageError for an unknown assignment; CourseError when it was never graded.
    """
    course.require(assignment)
    from nbgrader.api import MissingEntry

    with course.gradebook() as gradebook:
        try:
            row = gradebook.find_assignment(assignment)
        except MissingEntry:
            run = course.command(f"grade {assignment}")
            raise CourseError(
                say("{assignment} has not been graded yet; run: {run}", assignment=assignment, run=run)
            ) from None
        parts = _parts(row)
        known = sorted({*course.students(), *(student.id for student in gradebook.students)})
        here = [student for student in known if has_handed_in(course, assignment, student)]
        return ClassResults(
            assignment,
            parts,
            tuple(_result(course, gradebook, assignment, parts, student) for student in here),
            tuple(student for student in known if student not in here),
            not_due(row, known),
            names_of(gradebook),
            row.duedate,
        )


def names_of(gradebook: Any) -> dict[str, str]:
    """Student -> name, of those whose names nbgrader's gradebook has."""
    return {each.id: name for each in gradebook.students if (name := full_name(each.first_name, each.last_name))}


def has_handed_in(course: CourseFolder, assignment: str, student: str) -> bool:
    """Also of a student whose folder is gone after it was graded: that has to be seen."""
    is_there = (course.submitted / student / assignment).is_dir()
    return is_there or load_record(course, assignment, student) is not None


def not_due(assignment: Any, students: list[str]) -> frozenset[str]:
    """Who may still hand in without being late, extensions included."""
    if assignment.duedate is None:
        return frozenset()
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    own = {submission.student_id: submission.duedate for submission in assignment.submissions}
    return frozenset(student for student in students if own.get(student, assignment.duedate) > now)


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
    if not record.counts:
        return StudentResult(student, State.NOT_GRADED, record.reason)
    from nbgrader.api import MissingEntry

    try:
        submission = gradebook.find_submission(assignment, student)
    except MissingEntry:
        return StudentResult(student, State.NOT_GRADED, say("the gradebook has lost it; grade again"))
    if not any(is_entered(grade) for notebook in submission.notebooks for grade in notebook.grades):
        return StudentResult(student, State.NOT_GRADED, say("the gradebook has lost it; grade again"))
    grades = {
        (grade.notebook.name, grade.name): grade for notebook in submission.notebooks for grade in notebook.grades
    }
    diagnoses = _diagnoses(course, assignment, student, {part.notebook for part in parts})
    scores = {part: _score(grades.get((part.notebook, part.name)), diagnoses.get(part.name)) for part in parts}
    waiting = any(score.needs_manual for score in scores.values())
    state = State.EARLIER if record.earlier else State.NEEDS_MANUAL if waiting else State.GRADED
    penalty = float(submission.late_submission_penalty or 0)
    late = submission.total_seconds_late
    return StudentResult(student, state, record.reason, scores, penalty, record.found, tuple(record.adopted), late)


def _score(grade, failure: Score | None) -> Score:
    """failure: with the diagnosis, which counts where points are missing."""
    if grade is None:
        return Score(0.0, needs_manual=True)
    points, needs_manual = float(grade.score or 0), bool(grade.needs_manual_grade)
    if failure is None or points >= float(grade.max_score or 0):
        return Score(points, needs_manual)
    return replace(failure, points=points, needs_manual=needs_manual)


def _diagnoses(course: CourseFolder, assignment: str, student: str, notebooks: set[str]) -> dict[str, Score]:
    """The diagnosis of each failed check, by the cell's name, and whether it is an echo."""
    diagnoses: dict[str, Score] = {}
    for name in notebooks:
        try:
            notebook = read_notebook(course.autograded / student / assignment / f"{name}.ipynb")
        except NotebookFileError:
            continue  # a submission may lack one of several notebooks
        checks = {cell.metadata.nbgrader.get("grade_id"): cell for cell in notebook.cells if is_check(cell)}
        diagnoses |= {
            name: Score(0.0, diagnosis=diagnosis(cell), mistake=mistake(cell), echo_of=_echo_of(cell, checks))
            for name, cell in checks.items()
        }
    return diagnoses


def _echo_of(cell: NotebookNode, checks: dict[str, NotebookNode]) -> str:
    """The check of the equations, if that has failed as well, of a cell that says only that losses differ."""
    if mistake(cell).startswith(ECHO):
        causes = {(network, "forward") for network, _ in TASK.findall(cell.source)}
        for name, other in checks.items():
            if causes & set(TASK.findall(other.source)) and diagnosis(other):
                return name
    return ""


def mistake(cell: NotebookNode) -> str:
    """The diagnosis in English, as far as the judge knows it."""
    for output in cell.get("outputs", []):
        if english := output.get("metadata", {}).get("course", {}).get("english"):
            return error_line("", str(english)).removeprefix(": ")
    return diagnosis(cell)


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
            return error_line(say("printed on stderr, which nbgrader counts as failed"), output.text)
    return ""
