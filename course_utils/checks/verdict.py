"""What a check says: criteria with points, the diagnosis, and how they look as text; as HTML: `verdict_html`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

from course_utils.checks.verdict_html import WORTH, Row, verdict_html
from course_utils.checks.where import Shown, places, shown_pair
from course_utils.edition import EQUATION, TERM
from course_utils.equations.mistakes.edit import Edit
from course_utils.equations.render import equation_text
from course_utils.student_code.recognised import says_unwritten
from course_utils.translation import Sentence, say, to_say

YOURS = to_say("Your function computes exactly this:")
WITHOUT = to_say("Your function computes exactly this, without the term that is marked below:")
COURSE = to_say("The course's equation:")
COURSES = to_say("The course's equations:")


def either(one: str, other: str) -> Sentence:
    """Two of several sentences."""
    return to_say("{one}; {other}", one=one, other=other)


@dataclass(frozen=True)
class Criterion:
    """One thing that was looked at. `message` says what to do when it did not pass.

    required: without it nothing is earned, such as the right values. remark: advice that costs no points, in words of
    ours only, since it is shown for hidden cases too.
    """

    name: str
    weight: float
    passed: bool
    message: str = ""
    required: bool = False
    remark: str = ""


@dataclass(frozen=True)
class Verdict:
    """The result of one task. One without points is an exercise's: it is shown in fewer words.

    explanations: edits whose values equal the student's, likeliest first; empty where none was found. detail: how far
    an explanation goes, one of `edition.DETAILS`.
    """

    task: str
    max_points: float
    criteria: tuple[Criterion, ...]
    explanations: tuple[Edit, ...] = ()
    detail: str = TERM

    @property
    def passed(self) -> bool:
        """Whether every criterion is met."""
        return all(criterion.passed for criterion in self.criteria)

    @property
    def points(self) -> float:
        """The criteria's share of `max_points`, to two decimals; none without what is required."""
        if any(criterion.required and not criterion.passed for criterion in self.criteria):
            return 0.0
        total = sum(criterion.weight for criterion in self.criteria)
        earned = sum(criterion.weight for criterion in self.criteria if criterion.passed)
        return round(self.max_points * earned / total, 2)

    @property
    def sentence(self) -> str:
        """The one sentence to read: the likeliest explanation, or the first thing that failed."""
        if self.passed:
            return say("right")
        if not self.explanations:
            return self._failed[0].message.splitlines()[0]
        return say(self.explanations[0].sentence) if self.detail == TERM else places(self.explanations[0])[0]

    @property
    def is_begun(self) -> bool:
        """Whether there is something to look at: of what is not written nothing needs to be listed."""
        return self.passed or not says_unwritten(self._failed[0].message)

    @property
    def worth(self) -> str:
        """The points in words."""
        return say("{points} of {max_points} points", points=f"{self.points:g}", max_points=f"{self.max_points:g}")

    @property
    def remarks(self) -> list[str]:
        """Advice that costs no points."""
        return [say("a remark: {remark}", remark=one.remark) for one in self.criteria if one.remark]

    @property
    def details(self) -> list[str]:
        """What the message behind the sentence says further: the student's line, where to look."""
        if self.passed or self.explanations:
            return []
        return self._failed[0].message.splitlines()[1:]

    @property
    def shown(self) -> list[Shown]:
        """The likeliest explanation's equations: the student's and the course's, as far as the detail allows."""
        if self.passed or not self.explanations or self.detail not in (TERM, EQUATION):
            return []
        yours, (base, marks) = shown_pair(self.explanations[0])
        head = say(COURSE if len(marks) == 1 else COURSES)
        if self.detail == EQUATION:
            marks = dict.fromkeys(marks, ())
        both = [Shown(head, (base, marks))] if marks else []
        if marks and self.detail == TERM:
            both.insert(0, Shown(say(WITHOUT if self.explanations[0].missing else YOURS), yours, is_own=True))
        return both

    @property
    def notes(self) -> list[str]:
        """The convention that the student may have met, and the other explanations."""
        if self.passed or not self.explanations or self.detail != TERM:
            return []
        first, *others = self.explanations
        lines = []
        if first.convention:
            known = to_say("A convention you may have met: {convention}. The course uses its own equation.")
            lines.append(say(known, convention=first.convention))
        if others:
            named = reduce(either, (edit.sentence for edit in others[:2]))
            lines.append(say("It could as well be: {others}.", others=named))
        return lines

    @property
    def rows(self) -> list[Row]:
        """The criteria as a list: none when all failed for the one reason that the sentence gives."""
        messages = {criterion.message for criterion in self.criteria}
        is_one_reason = not any(criterion.passed for criterion in self.criteria) and len(messages) == 1
        if self.passed or not self.max_points or is_one_reason or not self.is_begun:
            return []
        return [Row(criterion.passed, say(criterion.name), self._news(criterion)) for criterion in self.criteria]

    def _news(self, criterion: Criterion) -> list[str]:
        """The lines of a criterion's message, unless the head has said them or an earlier criterion."""
        lines = criterion.message.splitlines()
        earlier = self.criteria[: self.criteria.index(criterion)]
        was_said = any(other.message == criterion.message for other in earlier)
        heads = {self.sentence, *(say(edit.sentence) for edit in self.explanations)}
        return [] if was_said or (lines and lines[0] in heads) else lines

    def text(self) -> str:
        """The verdict for a terminal, the sentence first."""
        remarks = [f"  {remark}" for remark in self.remarks]
        if self.passed:
            worth = say(WORTH, worth=self.worth) if self.max_points else ""
            return "\n".join([f"✓ {self.task}: {self.sentence}{worth}", *remarks])
        lines = [f"{self.task}: {self.sentence}", *self.details]
        for shown in self.shown:
            lines += [shown.head, *(f"    {line}" for line in shown.lines(equation_text))]
        lines += self.notes
        for row in self.rows:
            lines += [f"  {'✓' if row.passed else '✗'} {row.name}", *(f"      {line}" for line in row.news)]
        return "\n".join([*lines, *remarks, self.worth] if self.max_points else lines)

    def _repr_html_(self) -> str:
        return verdict_html(self)

    @property
    def _failed(self) -> list[Criterion]:
        return [criterion for criterion in self.criteria if not criterion.passed]
