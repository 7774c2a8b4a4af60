"""What a check says: criteria with points, the diagnosis, and how they look as text and as HTML."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from course_utils.checks.hints import hints_for
from course_utils.equations.expressions import Path
from course_utils.equations.mistakes.edit import Edit
from course_utils.equations.network import Network
from course_utils.equations.render import equation_latex, equation_text

NOT_WRITTEN = "not written yet"  # how the message on an untouched stub begins


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

    explanations: edits whose values equal the student's, likeliest first; empty where none was found.
    """

    task: str
    max_points: float
    criteria: tuple[Criterion, ...]
    explanations: tuple[Edit, ...] = ()

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
            return "right"
        if self.explanations:
            return self.explanations[0].sentence
        return next(criterion.message for criterion in self.criteria if not criterion.passed).splitlines()[0]

    def text(self) -> str:
        """The verdict for a terminal, the sentence first."""
        if self.passed:
            worth = f" ({self._worth()})" if self.max_points else ""
            return "\n".join([f"✓ {self.task}: right{worth}", *self._remarks()])
        head = [f"{self.task}: {self.sentence}", *self._details()]
        return "\n".join([*head, *self._explanation_text(), *(self._criteria_text() if self.max_points else [])])

    @property
    def _is_begun(self) -> bool:
        """Whether there is something to look at: of what is not written nothing needs to be listed."""
        return not self.sentence.startswith(NOT_WRITTEN)

    def _worth(self) -> str:
        return f"{self.points:g} of {self.max_points:g} points"

    def _remarks(self) -> list[str]:
        return [f"  a remark: {criterion.remark}" for criterion in self.criteria if criterion.remark]

    def _details(self) -> list[str]:
        """What the message behind the sentence says further: the student's line, where to look."""
        if self.explanations:
            return []
        return next(criterion.message for criterion in self.criteria if not criterion.passed).splitlines()[1:]

    def _explanation_text(self) -> list[str]:
        if not self.explanations:
            return []
        first = self.explanations[0]
        head, network, marked = _shown(first)
        lines = [head] if marked else []
        lines += [f"    {equation_text(network, name, marks)}" for name, marks in marked.items()]
        if first.convention:
            lines.append(f"A convention you may have met: {first.convention}. The course uses its own equation.")
        if len(self.explanations) > 1:
            lines.append("It could as well be: " + "; ".join(edit.sentence for edit in self.explanations[1:3]) + ".")
        return lines

    def _criteria_text(self) -> list[str]:
        lines = []
        for criterion in self.criteria if self._is_begun else ():
            lines.append(f"  {'✓' if criterion.passed else '✗'} {criterion.name}")
            lines += [f"      {line}" for line in self._news(criterion)]
        return [*lines, *self._remarks(), self._worth()]

    def _news(self, criterion: Criterion) -> list[str]:
        """The lines of a criterion's message, unless the head has said them or an earlier criterion."""
        lines = criterion.message.splitlines()
        earlier = self.criteria[: self.criteria.index(criterion)]
        was_said = any(other.message == criterion.message for other in earlier)
        return [] if was_said or (lines and lines[0] == self.sentence) else lines

    def _repr_html_(self) -> str:
        mark, colour = ("✓", "#3a9a4a") if self.passed else ("✗", "#d64545")
        if not self.max_points and not self._is_begun:
            mark, colour = "○", "#888888"  # an exercise is not wrong before it is written
        worth = f" <span style='opacity:.65'>({self._worth()})</span>" if self.max_points else ""
        head = f"<div><b style='color:{colour}'>{mark} {escape(self.task)}</b>: {escape(self.sentence)}{worth}</div>"
        details = "" if self.passed else "".join(f"<div>{escape(line)}</div>" for line in self._details())
        body = "" if self.passed else details + self._explanation_html()
        body += self._criteria_html() if self.max_points and self._is_begun and not self.passed else ""
        body += "".join(f"<div style='opacity:.8'>{escape(line.strip())}</div>" for line in self._remarks())
        return (
            f"<div style='border-left:4px solid {colour};padding:.4em .9em;margin:.3em 0;line-height:1.5'>"
            f"{head}{body}</div>"
        )

    def _explanation_html(self) -> str:
        if not self.explanations:
            return ""
        first = self.explanations[0]
        parts = []
        head, network, marked = _shown(first)
        if marked:
            lines = r" \\ ".join(equation_latex(network, name, marks) for name, marks in marked.items())
            aligned = escape(r"\begin{aligned}" + lines + r"\end{aligned}")
            parts.append(f"<div>{head}</div><div>$${aligned}$$</div>")
        if first.convention:
            parts.append(
                f"<div>A convention you may have met: {escape(first.convention)}. "
                "The course uses its own equation.</div>"
            )
        if len(self.explanations) > 1:
            others = "; ".join(escape(edit.sentence) for edit in self.explanations[1:3])
            parts.append(f"<div style='opacity:.8'>It could as well be: {others}.</div>")
        return "".join(parts) + _folded(hints_for(first.kind))

    def _criteria_html(self) -> str:
        rows = []
        for criterion in self.criteria:
            message = "<br>".join(map(escape, self._news(criterion)))
            rows.append(
                f"<tr><td style='text-align:left'>{'✓' if criterion.passed else '✗'} {escape(criterion.name)}</td>"
                f"<td style='text-align:left'>{message}</td></tr>"
            )
        return f"<table style='margin:.4em 0'>{''.join(rows)}</table>"


def _shown(edit: Edit) -> tuple[str, Network, dict[str, tuple[Path, ...]]]:
    """What is shown: the edited equations, or the course's own where a term was left out."""
    if edit.missing:
        return "Your function computes exactly this, without the marked term:", edit.base, edit.missing
    return "Your function computes exactly this:", edit.network, edit.marks


def _folded(hints: tuple[str, ...]) -> str:
    """One hint at a time: each fold holds a hint and the next fold."""
    inner = ""
    for number, hint in reversed(list(enumerate(hints, start=1))):
        label = "a hint" if number == 1 else "another hint"
        inner = f"<details><summary>{label}</summary><div>{escape(hint)}</div>{inner}</details>"
    return inner
