"""Two or three mistakes at once: which edits together give the student's values on a case of one step and one row.

There are some hundred thousand pairs. They are not tried one by one. At a single step the returned states are the very
values that the equations behind them read: so each state and the output is solved by itself, with what the student
computed before it taken as given. What explains them together is the product of what explains each.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations, product

import torch
from torch import Tensor

from course_utils.checks.cases import Case
from course_utils.checks.compare import same_rows
from course_utils.checks.probe import ForwardResult
from course_utils.equations import expressions as e
from course_utils.equations.evaluate import CyclicEquation, Evaluation
from course_utils.equations.mistakes.catalogue import edits
from course_utils.equations.mistakes.edit import Edit, are_apart
from course_utils.equations.network import Network

Edits = tuple[Edit, ...]
_NO_PROGRAM = (CyclicEquation, KeyError, RuntimeError)
MANY = 200  # of the ways to combine what explains several equations, the likeliest


class OutOfTime(Exception):
    """The search has used up its processor time."""


def candidates(case: Case, answer: ForwardResult, deadline: float) -> Iterator[list[Edits]]:
    """The pairs and triples of edits that give `answer` on `case` (T = 1, B = 1), in batches, the likeliest first.

    It ends when the thread has used `deadline` seconds of processor time.
    """
    try:
        yield from _candidates(case, answer, deadline)
    except OutOfTime:
        return


def _candidates(case: Case, answer: ForwardResult, deadline: float) -> Iterator[list[Edits]]:
    kinds = _kinds_of_edits(case.network)
    base = _Scenario.of(case, answer, None, deadline)
    if base is not None:
        yield base.with_edits(2)
        for edit in base.halves():
            half = _Scenario.of(case, answer, edit, deadline)
            yield [base.in_order((edit, *others)) for others in half.with_edits(1)] if half else []
    scenarios = []
    for wide in kinds.wide:
        scenario = _Scenario.of(case, answer, wide, deadline)
        if scenario is not None:
            scenarios.append(scenario)
            yield [(*others, wide) for others in scenario.with_edits(1)]
    yield _handed_on(case, answer, kinds.wide)
    if base is not None:
        yield base.with_two_wide(scenarios)
        yield base.with_edits(3)
    for scenario in scenarios:
        if scenario.wide is not None and scenario.wide.rank <= 2:
            yield [(*others, scenario.wide) for others in scenario.with_edits(2)]


def _handed_on(case: Case, answer: ForwardResult, wide: list[Edit]) -> list[Edits]:
    """A wide edit that gives the output, and another state handed on, which changes no output."""
    of_states = [edit for edit in wide if edit.states and not edit.changes and not edit.initial]
    found: list[Edits] = []
    for edit in wide:
        if edit.states or not _gives(case, answer, edit.network, output_only=True):
            continue
        for other in of_states:
            states = {**edit.network.states, **other.states}
            if _gives(case, answer, replace(edit.network, states=states)):
                found.append((edit, other))
    return found


def _gives(case: Case, answer: ForwardResult, network: Network, output_only: bool = False) -> bool:
    run = Evaluation(network, case.inputs, case.named_state, case.named_parameters)
    try:
        expected = [run.output(0)] if output_only else [run.output(0), *run.final_state()]
    except _NO_PROGRAM:
        return False
    return all(bool(same_rows(got, value)) for got, value in zip(answer.tensors(), expected, strict=False))


@dataclass(frozen=True)
class _Kinds:
    """The edits of a network: those of one equation by its name, and all that reach further."""

    local: dict[str, list[Edit]]
    wide: list[Edit]


@cache
def _kinds_of_edits(network: Network) -> _Kinds:
    kinds = _Kinds({equation.name: [] for equation in network.equations}, [])
    for edit in edits(network):
        equations = {change.equation for change in edit.changes}
        is_local = len(equations) == 1 and not edit.initial and not edit.states
        (kinds.local[equations.pop()] if is_local else kinds.wide).append(edit)
    return kinds


@dataclass
class _Scenario:
    """The network, perhaps with a wide edit, and what the student's results say of its sequences at the only step.

    known: sequence -> its value, (1, H), for each state that was returned. right: the value that each sequence which is
    known, and the output, must have.
    """

    case: Case
    network: Network
    wide: Edit | None
    known: dict[str, Tensor]
    right: dict[str, Tensor]
    deadline: float

    @classmethod
    def of(cls, case: Case, answer: ForwardResult, wide: Edit | None, deadline: float) -> _Scenario | None:
        """The scenario, or None when what was returned contradicts it."""
        if time.thread_time() > deadline:
            raise OutOfTime
        network = wide.network if wide else case.network
        known: dict[str, Tensor] = {}
        right: dict[str, Tensor] = {}
        for final, value in zip(network.states.values(), answer.state, strict=True):
            reads_incoming = final.at in ("initial", "before last")
            expected = case.named_state[final.name] if reads_incoming else known.get(final.name)
            if expected is not None and not bool(same_rows(value, expected)):
                return None
            if not reads_incoming:
                known[final.name], right[final.name] = value.double(), value
        return cls(case, network, wide, known, {**right, network.output: answer.outputs[0]}, deadline)

    def __post_init__(self) -> None:
        self.run = self._run({})
        self.wrong = [name for name in self.right if not self._matches(name, self._value(self.run, name))]

    def with_edits(self, count: int) -> list[Edits]:
        """All sets of `count` local edits, of different sequences or of one, that make everything right."""
        if len(self.wrong) > count:
            return []
        ways: list[list[Edits]] = []
        spare = count - len(self.wrong)
        for name in sorted(self.right, key=lambda name: (name not in self.wrong, len(self._members(name)))):
            found = self.one_edit(name)
            if name not in self.wrong:
                found = [(), *(found if spare else [])]  # an edit may show at later steps only
            elif spare:
                found = found + self.two_edits(name)
            if not found:
                return []
            ways.append(found)
        sets = (sum(parts, ()) for parts in product(*ways))
        exact = [self.in_order(edits) for edits in sets if len(edits) == count and self._apart(edits)]
        return sorted(exact, key=lambda edits: sum(edit.rank for edit in edits))[:MANY]

    def in_order(self, edits: Edits) -> Edits:
        """Local edits in the order of their equations."""
        names = [equation.name for equation in self.network.equations]
        return tuple(sorted(edits, key=lambda edit: names.index(edit.changes[0].equation)))

    def halves(self) -> list[Edit]:
        """Edits that make one of two wrong sequences right: the other may read what they change."""
        return [edit for name in self.wrong for (edit,) in self.one_edit(name)] if len(self.wrong) > 1 else []

    def with_two_wide(self, scenarios: list[_Scenario]) -> list[Edits]:
        """Pairs of wide edits that each make right what the other leaves alone."""
        whole = {name: self._value(self.run, name) for name in self.right}
        scenarios = [other for other in scenarios if other.right.keys() == self.right.keys()]
        touched = [{name for name in self.right if not _equal(whole[name], other._value(other.run, name))}
                   for other in scenarios]  # fmt: skip
        found: list[Edits] = []
        for (first, here), (second, there) in combinations(zip(scenarios, touched, strict=True), 2):
            is_plausible = not (set(first.wrong) - there or set(second.wrong) - here)
            if is_plausible and first.wide and second.wide and are_apart(first.wide, second.wide):
                found.append((first.wide, second.wide))
        return found[:MANY]

    def one_edit(self, name: str) -> list[Edits]:
        """The edits of one equation after which the sequence `name` is right."""
        found: list[Edits] = []
        for member in self._members(name):
            kept, stacked = self._variants(member)
            if stacked is not None:
                value = stacked if member == name else self._value(self._run({member: stacked}), name)
                found += [(kept[index],) for index in self._right(name, value, len(kept))]
        return found

    def two_edits(self, name: str) -> list[Edits]:
        """The pairs of edits, in two equations or in one, after which the sequence `name` is right."""
        members = self._members(name)
        found = [pair for first, second in combinations(members, 2) for pair in self._in_two(name, first, second)]
        return found + [pair for member in members for pair in self._in_one(name, member)]

    def _in_two(self, name: str, first: str, second: str) -> Iterator[Edits]:
        """first stands before second in a step."""
        kept, stacked = self._variants(first)
        if stacked is None:
            return
        for edit in self._local(second):
            self._require_time()
            expression = self._edited(edit, second)
            run = self._run({first: stacked})
            value = self._evaluated(run, expression)
            if value is not None and second != name:
                value = self._value(self._run({first: stacked, second: value}), name)
            for index in self._right(name, value, len(kept)):
                yield kept[index], edit

    def _in_one(self, name: str, member: str) -> Iterator[Edits]:
        pairs: list[Edits] = []
        values: list[Tensor] = []
        expression = self.network.expression(member)
        for first, second in combinations(self._local(member), 2):
            self._require_time()
            if are_apart(first, second):
                changes = [*first.changes_of(member), *second.changes_of(member)]
                value = self._evaluated(self.run, e.with_changes(expression, changes))
                if value is not None and (not values or value.shape == values[0].shape):
                    pairs.append((first, second))
                    values.append(value)
        if values:
            stacked = torch.stack(values)  # (n, 1, H)
            value = stacked if member == name else self._value(self._run({member: stacked}), name)
            yield from (pairs[index] for index in self._right(name, value, len(pairs)))

    def _members(self, name: str) -> list[str]:
        """The equations that a sequence's value at the only step is made by, in the order of a step."""
        reached, waiting = {name}, [name]
        while waiting:
            for _, node in e.walk(self.network.expression(waiting.pop())):
                is_here = isinstance(node, e.Ref) and node.name in self.network.hidden and not node.shift
                if is_here and isinstance(node, e.Ref) and node.name not in (*reached, *self.known):
                    reached.add(node.name)
                    waiting.append(node.name)
        return [equation.name for equation in self.network.equations if equation.name in reached]

    def _local(self, name: str) -> list[Edit]:
        local = _kinds_of_edits(self.case.network).local[name]
        return [edit for edit in local if self.wide is None or are_apart(self.wide, edit)]

    def _edited(self, edit: Edit, name: str) -> e.Expr:
        return e.with_changes(self.network.expression(name), edit.changes_of(name))

    def _variants(self, name: str) -> tuple[list[Edit], Tensor | None]:
        """What each edit of an equation gives at the step, stacked, (n, 1, H); those that are no program left out."""
        kept: list[Edit] = []
        values: list[Tensor] = []  # each (1, H)
        for edit in self._local(name):
            value = self._evaluated(self.run, self._edited(edit, name))
            if value is not None and (not values or value.shape == values[0].shape):
                kept.append(edit)
                values.append(value)
        return kept, torch.stack(values) if values else None  # (n, 1, H)

    def _run(self, given: dict[str, Tensor]) -> Evaluation:
        values = {(name, 0): value for name, value in {**self.known, **given}.items()}
        return Evaluation(self.network, self.case.inputs, self.case.named_state, self.case.named_parameters, values)

    def _value(self, run: Evaluation, name: str) -> Tensor | None:
        return self._evaluated(run, self.network.expression(name))

    @staticmethod
    def _evaluated(run: Evaluation, expression: e.Expr) -> Tensor | None:
        try:
            return torch.atleast_2d(run.evaluate(expression, 0))
        except _NO_PROGRAM:
            return None

    def _matches(self, name: str, value: Tensor | None) -> bool:
        return value is not None and value.shape == self.right[name].shape and bool(same_rows(self.right[name], value))

    def _right(self, name: str, value: Tensor | None, count: int) -> list[int]:
        if value is None or value.shape[-1] != self.right[name].shape[-1]:
            return []
        return same_rows(self.right[name], value).expand(count).nonzero().flatten().tolist()

    def _apart(self, edits: Edits) -> bool:
        return all(are_apart(*pair) for pair in combinations(edits, 2))

    def _require_time(self) -> None:
        if time.thread_time() > self.deadline:
            raise OutOfTime


def _equal(first: Tensor | None, second: Tensor | None) -> bool:
    return first is not None and second is not None and torch.equal(first, second)
