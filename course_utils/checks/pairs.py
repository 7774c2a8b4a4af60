"""Two mistakes at once: which pairs of edits give the student's values on a case of one step and one row.

There are some hundred thousand pairs. They are not tried one by one: all variants of one equation are stacked along a
leading dimension, and one evaluation of the equations behind it, with the other edit in place, tries them all.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import combinations

import torch
from torch import Tensor

from course_utils.checks.cases import Case
from course_utils.checks.compare import same_rows
from course_utils.checks.probe import ForwardResult
from course_utils.equations import expressions as e
from course_utils.equations.evaluate import CyclicEquation, Evaluation
from course_utils.equations.mistakes.catalogue import edits
from course_utils.equations.mistakes.edit import Edit, are_apart, compose
from course_utils.equations.network import Network

Pair = tuple[Edit, Edit]
_NO_PROGRAM = (CyclicEquation, KeyError, RuntimeError)


def candidate_pairs(case: Case, answer: ForwardResult, deadline: float) -> Iterator[list[Pair]]:
    """The pairs of edits that give `answer` on `case` (T = 1, B = 1), in batches, the likeliest kinds of pair first.

    It ends when the thread has used `deadline` seconds of processor time.
    """
    search = _Search(case, answer)
    yield list(search.in_two_equations())
    yield list(search.in_one_equation())
    for batch in search.with_a_wide_edit():
        if batch:
            yield batch
        if time.thread_time() > deadline:
            return


class _Search:
    def __init__(self, case: Case, answer: ForwardResult):
        self.case = case
        self.answer = answer
        self.names = [equation.name for equation in case.network.equations]
        self.local: dict[str, list[Edit]] = {name: [] for name in self.names}  # edits of one equation only
        self.handed_on: list[Edit] = []  # edits of the final state only
        self.wide: list[Edit] = []  # all others
        for edit in edits(case.network):
            equations = {change.equation for change in edit.changes}
            if len(equations) == 1 and not edit.initial and not edit.states:
                self.local[equations.pop()].append(edit)
            elif not equations and not edit.initial:
                self.handed_on.append(edit)
            else:
                self.wide.append(edit)

    def in_two_equations(self) -> Iterator[Pair]:
        """All variants of an equation against every edit of each later one."""
        base = self._run(self.case.network)
        for position, name in enumerate(self.names):
            variants = self._variants(base, {edit: edit.network.expression(name) for edit in self.local[name]})
            later = [edit for other in self.names[position + 1 :] for edit in self.local[other]]
            for other in (*later, *self.handed_on):
                yield from self._matches(other.network, name, variants, other)

    def in_one_equation(self) -> Iterator[Pair]:
        """Two edits of the same equation."""
        base = self._run(self.case.network)
        for name, local in self.local.items():
            composed = {
                (first, second): e.with_changes(first.network.expression(name), second.changes_of(name))
                for first, second in combinations(local, 2)
                if are_apart(first, second)
            }
            stacked = self._variants(base, composed)
            for pair, _ in self._matches(self.case.network, name, stacked, None):
                yield pair

    def with_a_wide_edit(self) -> Iterator[list[Pair]]:
        """An edit of several equations, or of the state, with any other: one batch per edit."""
        for wide in self.wide:
            run = self._run(wide.network)
            for name, local in self.local.items():
                expression = wide.network.expression(name)
                composed = {
                    edit: e.with_changes(expression, edit.changes_of(name)) for edit in local if are_apart(wide, edit)
                }
                yield list(self._matches(wide.network, name, self._variants(run, composed), wide))
        for first, second in combinations((*self.wide, *self.handed_on), 2):
            pair = compose(first, second)
            if pair is not None and self._gives_answer(self._run(pair.network)):
                yield [(first, second)]

    def _run(self, network: Network, given: dict[tuple[str, int], Tensor] | None = None) -> Evaluation:
        return Evaluation(network, self.case.inputs, self.case.named_state, self.case.named_parameters, given or {})

    def _variants(self, run: Evaluation, expressions: dict) -> tuple[list, Tensor | None]:
        """What each expression gives at the first step, stacked, (n, 1, H); those that are no program left out."""
        kept: list = []
        values: list[Tensor] = []  # each (1, H)
        for key, expression in expressions.items():
            value = _value(run, expression)
            if value is not None and (not values or value.shape == values[0].shape):
                kept.append(key)
                values.append(value)
        return kept, torch.stack(values) if values else None  # (n, 1, H)

    def _matches(self, network: Network, name: str, variants: tuple[list, Tensor | None], other) -> Iterator:
        """The variants of `name` that give the answer in `network`, each paired with `other`."""
        kept, stacked = variants
        if stacked is None:
            return
        run = self._run(network, {(name, 0): stacked})
        try:
            right = torch.ones(len(kept), dtype=torch.bool)
            expected = [run.output(0), *run.final_state()]
            for got, value in zip(self.answer.tensors(), expected, strict=True):
                right &= same_rows(got, value).expand(len(kept))
        except _NO_PROGRAM:
            return
        for index in right.nonzero().flatten().tolist():
            yield kept[index], other

    def _gives_answer(self, run: Evaluation) -> bool:
        try:
            expected = [run.output(0), *run.final_state()]
        except _NO_PROGRAM:
            return False
        return all(bool(same_rows(got, value)) for got, value in zip(self.answer.tensors(), expected, strict=True))


def _value(run: Evaluation, expression: e.Expr) -> Tensor | None:
    try:
        return torch.atleast_2d(run.evaluate(expression, 0))
    except _NO_PROGRAM:
        return None
