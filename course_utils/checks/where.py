"""Of a mistake in equations: where in the code it is, which equations it changes, and how they are shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from course_utils.equations.expressions import Path, Ref
from course_utils.equations.mistakes.edit import Edit
from course_utils.equations.network import Network
from course_utils.equations.render import term_text
from course_utils.translation import say, to_say

Equations = tuple[Network, dict[str, tuple[Path, ...]]]  # a network, and which of its nodes are marked, by equation


@dataclass(frozen=True)
class Shown:
    """Equations under a line that says what they are. is_own: what the student's function computes."""

    head: str
    equations: Equations
    is_own: bool = False

    def lines(self, written: Callable[..., str]) -> list[str]:
        """Each equation with its marks, as `written` does it."""
        network, marked = self.equations
        return [written(network, name, marks) for name, marks in marked.items()]


# Where a kind of mistake is made, when that is no line of one equation.
_BY_KIND = {
    "unpacking order": to_say("Look at the line that unpacks the parameters, and at its order."),
    "initial state": to_say("Look at how your loop hands the state from one step to the next."),
    "state reset": to_say("Look at how your loop hands the state from one step to the next."),
    "stale state": to_say("Look at how your loop hands the state from one step to the next."),
    "line missing": to_say("Look at how your loop hands the state from one step to the next."),
    "not re-aligned": to_say("Look at the order in time in which the results of a direction are put together."),
    "direction": to_say("Look at the order in time in which your loop meets the inputs."),
    "another input": to_say("Look at which input each step of your loop reads."),
    "state ignored": to_say("Look at the lines before the loop: from which state does it start?"),
    "start": to_say("Look at the lines before the loop: from which state does it start?"),
    "final state": to_say("Look at the end of your function: which state does it return?"),
    "state order": to_say("Look at the states that come in and go out, and at their order."),
}
_LINE = to_say("Look at the line that computes {names}.")
_LINES = to_say("Look at the lines that compute {names}.")


def places(edit: Edit) -> tuple[str, ...]:
    """Where in the code each of the mistakes is, without saying what it is; a sentence for each, none twice."""
    return tuple(dict.fromkeys(_place(part) for part in edit.parts or (edit,)))


def _place(edit: Edit) -> str:
    if edit.kind in _BY_KIND:
        return say(_BY_KIND[edit.kind])
    names = [term_text(edit.base, Ref(name)) for name in equations_of(edit)]
    return say(_LINE if len(names) == 1 else _LINES, names=", ".join(names))


def equations_of(edit: Edit) -> tuple[str, ...]:
    """The equations that the mistake changes, in the network's order."""
    changed = {change.equation for change in edit.changes}
    return tuple(equation.name for equation in edit.base.equations if equation.name in changed)


def shown_pair(edit: Edit) -> tuple[Equations, Equations]:
    """What the student's function computes, and what the course's equations say.

    Where a term was left out it is marked in the course's equation; there is nothing to mark in the other.
    """
    course: dict[str, tuple[Path, ...]] = {}
    for change in edit.changes:
        course[change.equation] = (*course.get(change.equation, ()), change.missing or change.path)
    yours: dict[str, tuple[Path, ...]] = dict.fromkeys(course, ()) if edit.missing else edit.marks
    return (edit.network, yours), (edit.base, course)
