"""The whole course: each student in each assignment, what is known of the sum, and who may need help first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from course_utils.errors import CourseError
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.gradebook.results import (
    NOT_DUE,
    NOT_HANDED_IN,
    ClassResults,
    State,
    StudentResult,
    class_results,
)
from course_utils.translation import say, to_say

BINS = 10  # of a distribution: 0 to 10 %, and so on
WEAK = 0.5  # an assignment of which more than this share is lost is named
SIGNS = (
    to_say("not handed in: {assignments}"),
    to_say("not graded: {assignments}"),
    to_say("earlier version graded: {assignments}"),
    to_say("over half lost: {assignments}"),
    to_say("late: {assignments}"),
)


@dataclass(frozen=True)
class Outcome:
    """One student in one assignment. result: None where nothing was handed in; is_due: whether it had to be."""

    assignment: str
    max_points: float  # of all parts but the bonus
    result: StudentResult | None
    is_due: bool = True

    @property
    def is_missing(self) -> bool:
        """Whether nothing was handed in though it is due."""
        return self.result is None and self.is_due

    @property
    def state(self) -> str:
        """The key of a submission's state, or of there being none, the same in every language."""
        if self.result is None:
            return NOT_HANDED_IN if self.is_due else NOT_DUE
        return self.result.state.value

    @property
    def points(self) -> float | None:
        """Those that are known, bonus included, less the penalty for lateness; None where nothing is graded."""
        return self.result.points if self.result else None

    @property
    def known_max(self) -> float:
        """The maximum of the parts whose points are known; a bonus is no part of it."""
        return self.result.known_max if self.result else 0.0

    @property
    def waiting(self) -> float:
        """The points that wait for a person."""
        scores = self.result.scores if self.result else {}
        return sum(part.max_points for part, score in scores.items() if score.needs_manual)

    @property
    def share(self) -> float | None:
        """Known points of the known maximum."""
        return self.points / self.known_max if self.points is not None and self.known_max else None

    @property
    def lost(self) -> float:
        """The points that are missing for what was not understood: no bonus, no lateness; all where it is missing."""
        if self.is_missing:
            return self.max_points
        parts = self.result.scores.items() if self.result else ()
        graded = [(part, score) for part, score in parts if not score.needs_manual and not part.is_bonus]
        return sum(max(0.0, part.max_points - score.points) for part, score in graded)

    @property
    def is_weak(self) -> bool:
        """Whether more than half of what is known was lost."""
        return self.lost > WEAK * self.known_max


@dataclass(frozen=True)
class StudentOverview:
    """A student's row. outcomes: one for each assignment, in their order."""

    student: str
    name: str
    outcomes: tuple[Outcome, ...]

    @property
    def points(self) -> float | None:
        """The sum of what is known; None where nothing is."""
        known = [outcome.points for outcome in self.outcomes if outcome.points is not None]
        return sum(known) if known else None

    @property
    def known_max(self) -> float:
        """The maximum of what is known: what waits and what was not handed in are no part of it."""
        return sum(outcome.known_max for outcome in self.outcomes)

    @property
    def percent(self) -> float | None:
        """Known points of the known maximum, in per cent; None where that is nothing."""
        return 100 * (self.points or 0) / self.known_max if self.known_max else None

    @property
    def waiting(self) -> float:
        """The points that wait for a person."""
        return sum(outcome.waiting for outcome in self.outcomes)

    @property
    def need(self) -> float | None:
        """By which students are sorted: the share of points lost, from 0 to 1; None where nothing is known.

        Of what is graded, and of assignments that are due and were not handed in, which count as lost as a whole. What
        waits for a person counts neither way; nor do a bonus, and penalties for lateness.
        """
        possible = self.known_max + sum(outcome.max_points for outcome in self.outcomes if outcome.is_missing)
        return sum(outcome.lost for outcome in self.outcomes) / possible if possible else None

    @property
    def missing(self) -> int:
        """How many assignments are due and were not handed in."""
        return sum(outcome.is_missing for outcome in self.outcomes)

    @property
    def signs(self) -> list[str]:
        """What may call for help, in a few words."""
        graded = [outcome for outcome in self.outcomes if outcome.result]
        missing = [outcome.assignment for outcome in self.outcomes if outcome.is_missing]
        unread = [each.assignment for each in graded if each.result and each.result.state is State.NOT_GRADED]
        earlier = [each.assignment for each in graded if each.result and each.result.state is State.EARLIER]
        weak = [each.assignment for each in graded if each.known_max and each.is_weak]
        late = [each.assignment for each in graded if each.result and each.result.late]
        signs = (missing, unread, earlier, weak, late)
        return [say(sign, assignments=", ".join(names)) for sign, names in zip(SIGNS, signs, strict=True) if names]


@dataclass(frozen=True)
class CourseOverview:
    """All assignments that were graded, and all students, those who may need help first. ungraded: assignments."""

    assignments: tuple[ClassResults, ...]
    ungraded: tuple[str, ...] = ()
    is_anonymous: bool = False

    @cached_property
    def students(self) -> list[StudentOverview]:
        """Sorted by need of help; anonymous ones by their pseudonyms."""
        rows = [self._row(student) for student in self._everybody()]
        if self.is_anonymous:
            return sorted(rows, key=lambda row: row.student)
        return sorted(rows, key=lambda row: (row.need is None, -(row.need or 0), -row.missing, row.student))

    @property
    def never(self) -> list[StudentOverview]:
        """Those who have handed in nothing at all."""
        return [row for row in self.students if all(outcome.result is None for outcome in row.outcomes)]

    def outcomes(self, assignment: str) -> list[Outcome]:
        """Those of an assignment, one for each student."""
        return [outcome for row in self.students for outcome in row.outcomes if outcome.assignment == assignment]

    def missing(self, assignment: str) -> list[str]:
        """The names of those who did not hand in an assignment that is due."""
        return [
            row.name or row.student
            for row in self.students
            for outcome in row.outcomes
            if outcome.assignment == assignment and outcome.is_missing
        ]

    def _everybody(self) -> Iterable[str]:
        here = (result.student for results in self.assignments for result in results.students)
        return dict.fromkeys([*here, *(student for results in self.assignments for student in results.absent)])

    def _row(self, student: str) -> StudentOverview:
        outcomes = tuple(
            Outcome(
                results.assignment,
                results.max_points,
                next((result for result in results.students if result.student == student), None),
                student not in results.not_due,
            )
            for results in self.assignments
        )
        names = (results.names.get(student, "") for results in self.assignments)
        return StudentOverview(student, next(filter(None, names), ""), outcomes)


def course_overview(course: CourseFolder) -> CourseOverview:
    """What is known of all assignments. Raises CourseError when none was graded."""
    with course.gradebook() as gradebook:
        known = {assignment.name for assignment in gradebook.assignments if assignment.notebooks}
    names = course.assignments()
    every = [class_results(course, name) for name in names if name in known]
    graded = [results for results in every if results.students]
    if not graded:
        raise CourseError(say("nothing has been graded yet; run: {run}", run=course.command("grade ASSIGNMENT")))
    done = sorted(graded, key=lambda results: (results.due is None, results.due, results.assignment))
    return CourseOverview(tuple(done), tuple(name for name in names if name not in {each.assignment for each in done}))


def distribution(outcomes: Iterable[Outcome]) -> list[int]:
    """How many students have 0 to 10 % of the points that are known, 10 to 20 %, and so on; 100 % is in the last."""
    counts = [0] * BINS
    for outcome in outcomes:
        if outcome.share is not None:
            counts[min(int(outcome.share * BINS + 1e-9), BINS - 1)] += 1
    return counts
