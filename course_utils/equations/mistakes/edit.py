"""What a mistake in a network is, as data: a few nodes of its equations exchanged, and the network that results.

`edit.network` is the changed network, which evaluates and shows itself like any other. `compose` makes two mistakes at
once. All mistakes of a network are listed by `catalogue.edits`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from itertools import combinations

from course_utils.equations import expressions as e
from course_utils.equations.network import Network
from course_utils.translation import Sentence, to_say

ALL_BUT_THE_STATE = to_say("the outputs are right, but {problem}", problem="{problem}")
COUNTS = {2: to_say("two"), 3: to_say("three")}


@dataclass(frozen=True)
class Change:
    """One node of one equation exchanged for `new`. `missing` leads to what was left out, if something was."""

    equation: str
    path: e.Path
    new: e.Expr
    missing: e.Path = ()


@dataclass(frozen=True, eq=False)
class Edit:
    """One change to a network, or a few that one mistake makes at once. `say(edit.sentence)` says what it is.

    rank: how far-fetched it is; of several edits with the same values the lowest comes first.
    initial, states: another start of a state, another final state. convention: where this form is used, if it is one.
    parts: the edits that were composed.
    """

    base: Network
    kind: str
    sentence: str
    rank: int
    changes: tuple[Change, ...] = ()
    initial: dict[str, e.Expr] = field(default_factory=dict)
    states: dict[str, e.Ref] = field(default_factory=dict)
    convention: str = ""
    parts: tuple[Edit, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """What identifies the same mistake in two networks, such as stacks of two and of three layers."""
        return self.kind, self.sentence

    @cached_property
    def network(self) -> Network:
        """The changed network."""
        return replace(
            self.base,
            equations=tuple(
                e.Equation(equation.name, e.with_changes(equation.expression, self.changes_of(equation.name)))
                for equation in self.base.equations
            ),
            initial={**self.base.initial, **self.initial},
            states={**self.base.states, **self.states},
        )

    def changes_of(self, equation: str) -> list[tuple[e.Path, e.Expr]]:
        """The changes in one equation, as paths and new nodes."""
        return [(change.path, change.new) for change in self.changes if change.equation == equation]

    @property
    def missing(self) -> dict[str, tuple[e.Path, ...]]:
        """Equation of the base -> the nodes that are left out, if leaving out is all that the edit does."""
        if not self.changes or not all(change.missing for change in self.changes):
            return {}
        return {change.equation: (change.missing,) for change in self.changes}

    @property
    def marks(self) -> dict[str, tuple[e.Path, ...]]:
        """Equation -> the changed nodes in it, to be shown."""
        marks: dict[str, tuple[e.Path, ...]] = {}
        for change in self.changes:
            marks[change.equation] = (*marks.get(change.equation, ()), change.path)
        return marks


def compose(first: Edit, second: Edit) -> Edit | None:
    """Both edits at once, or None when they touch the same place."""
    return compose_all((first, second))


def compose_all(parts: Sequence[Edit]) -> Edit | None:
    """Several edits at once, or None when two of them touch the same place; a single one is itself."""
    first, *others = parts
    if not others:
        return first
    if not all(are_apart(*pair) for pair in combinations(parts, 2)):
        return None
    count = COUNTS.get(len(parts), str(len(parts)))
    *before, last = map(_problem, parts)
    sentences = reduce(lambda one, other: to_say("{one}; {other}", one=one, other=other), before)
    return Edit(
        first.base,
        " + ".join(part.kind for part in parts),
        to_say("{count} things: {sentences}; and {last}", count=count, sentences=sentences, last=last),
        sum(part.rank for part in parts),
        tuple(change for part in parts for change in part.changes),
        {name: start for part in parts for name, start in part.initial.items()},
        {name: end for part in parts for name, end in part.states.items()},
        next((part.convention for part in parts if part.convention), ""),
        tuple(parts),
    )


def _problem(edit: Edit) -> object:
    """The sentence of an edit that is one of several: what else is right is not said."""
    sentence = edit.sentence
    if isinstance(sentence, Sentence) and sentence.template == ALL_BUT_THE_STATE.template:
        return sentence.parts["problem"]
    return sentence


def are_apart(first: Edit, second: Edit) -> bool:
    """Whether two edits touch different places, so that both can be made."""
    if first.initial.keys() & second.initial.keys() or first.states.keys() & second.states.keys():
        return False
    return not any(
        change.equation == other.equation and _overlap(change.path, other.path)
        for change in first.changes
        for other in second.changes
    )


def _overlap(path: e.Path, other: e.Path) -> bool:
    shorter = min(len(path), len(other))
    return path[:shorter] == other[:shorter]
