"""One time step of a recurrent network as data."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

PRODUCT, LOOKUP = "@", "lookup"
ADD, SUB, MUL = "+", "-", "*"
MIX = "mix"  # Z, A, B: Z * A + (1 - Z) * B


class Ref(NamedTuple):
    """An operand: a `node` of this step, one of the step `before`, a `leaf` that no step computes, or a `number`."""

    kind: str
    index: int | float


class Node(NamedTuple):
    """An operation of the step. A lookup's one operand is the weight whose rows are looked up."""

    op: str
    args: tuple[Ref, ...]


OPERATORS = {ADD: operator.add, SUB: operator.sub, MUL: operator.mul}


Slot = tuple[object, ...]  # the name of a matrix that each step has one of


class Instruction(NamedTuple):
    """`function(*operands, out=result)`."""

    function: Callable
    operands: tuple[Slot, ...]
    result: Slot


@dataclass
class Gates:
    """Products of one left operand, side by side: first those that are summed with something known, by activation."""

    left: Ref
    is_learnt: bool
    products: list[int]
    weights: list[int]  # leaves
    statics: list[Ref]  # of the first products
    activations: list[str | None]  # of the statics' sums
    values: list[int]  # nodes whose value is in the place of the product: its own, its sum's or the activation's
    widths: list[int]

    @property
    def num_columns(self) -> int:
        return sum(self.widths)

    @property
    def summed(self) -> int:
        """How many of the columns are summed with a static."""
        return sum(self.widths[: len(self.statics)])

    def span(self, i: int) -> tuple[int, int]:
        """The columns of product `i`."""
        return sum(self.widths[:i]), sum(self.widths[: i + 1])

    def runs(self) -> list[tuple[str, int, int]]:
        """Activations and the columns that they cover, neighbours with the same one together."""
        runs: list[tuple[str, int, int]] = []
        for i, name in enumerate(self.activations):
            start, stop = self.span(i)
            if runs and runs[-1][0] == name and runs[-1][2] == start:
                runs[-1] = name, runs[-1][1], stop
            elif name:
                runs.append((name, start, stop))
        return runs


@dataclass
class Step:
    """What is known of a step, its programs at last. `widths` are the columns of its nodes' results."""

    nodes: list[Node]
    widths: list[int]
    initial: dict[int, int]  # node that the next step needs -> leaf in its place at the first
    loop: list[int] = field(default_factory=list)
    results: list[int] = field(default_factory=list)  # nodes of the loop that are needed outside
    learnt: set[int] = field(default_factory=set)  # nodes of the loop that the score depends on
    gates: list[Gates] = field(default_factory=list)
    inputs: list[Ref] = field(default_factory=list)  # known before, and used in the loop other than in gates' sums
    learnt_inputs: set[int] = field(default_factory=set)
    kept: list[int] = field(default_factory=list)  # nodes with a place for each step: the backward pass needs them
    passing: list[int] = field(default_factory=list)  # nodes with one place for all steps
    forward: list[Instruction] = field(default_factory=list)
    backward: list[Instruction] = field(default_factory=list)
    columns: dict[int, tuple[int, int, int]] = field(default_factory=dict)  # of gates' values: gates, start, stop
    covered: dict[int, int] = field(default_factory=dict)  # all that gates compute -> gates

    def is_known(self, ref: Ref) -> bool:
        """Before the loop."""
        return ref.kind in ("leaf", "number") or (ref.kind == "node" and ref.index not in self.loop)

    def place(self, ref: Ref) -> Slot:
        """Where a value is that the loop uses."""
        if ref.kind in ("before", "number"):
            return ref
        if self.is_known(ref):
            return "input", self.inputs.index(ref)
        own = ref.index in self.initial or ref.index not in self.columns
        return ("value", ref.index) if own else ("gates", *self.columns[ref.index])
