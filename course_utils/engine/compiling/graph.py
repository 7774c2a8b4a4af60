"""One time step of a recurrent network as data: its graph of operations, and the programs that it is lowered to."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any, NamedTuple

PRODUCT, LOOKUP = "@", "lookup"
ADD, SUB, MUL = "+", "-", "*"

OPERATORS = {ADD: operator.add, SUB: operator.sub, MUL: operator.mul}


class Operand(NamedTuple):
    """An operand: a `node` of this step, one of the step `before`, a `leaf` that no step computes, or a `number`."""

    kind: str
    index: Any  # int, or a number's value

    def __str__(self) -> str:
        return str(self.index) if self.kind == "number" else f"{self.kind} {self.index}"


class Node(NamedTuple):
    """An operation of the step. A lookup's one operand is the weight whose rows are looked up."""

    op: str
    args: tuple[Operand, ...]

    def __str__(self) -> str:
        return f"{self.op}({', '.join(map(str, self.args))})"


class Kind(Enum):
    """What a buffer holds, for each of `T` steps. Gradients have the shapes of their values."""

    VALUE = "node"  # a node's result, (B, N)
    BEFORE = "before"  # the same node's result at the step before
    INPUT = "input"  # what was computed before the loop and is read in it
    NUMBER = "number"  # a constant
    FUSED = "fused"  # a fused product: at first its loop invariants, then sums, then activations
    WEIGHTS = "weights"  # of a fused product, side by side, (K, N)
    WEIGHTS_BACK = "weights back"  # the same transposed, (N, K)
    GRADIENT = "d node"  # of a node's result
    STATE_GRADIENT = "d before"  # of the result at the step before: what this step hands back to it
    OUTPUT_GRADIENT = "d output"  # of a result, from outside of the loop
    OUTPUT_GRADIENT_BEFORE = "d output before"  # the same at the step before
    ACTIVATION_GRADIENT = "d activation"  # of a fused product's values, behind the activations
    FUSED_GRADIENT = "d fused"  # of a fused product itself
    INPUT_GRADIENT = "d input"  # of an input
    THROUGH = "through"  # a gradient behind an activation, before it is added to others


class Buffer(NamedTuple):
    """A place for one matrix per step; of a fused product, its columns from `start` to `stop`."""

    kind: Kind
    node: Any  # the number of the node, fused product or input; a constant's value
    start: int | None = None
    stop: int | None = None

    def __str__(self) -> str:
        columns = "" if self.start is None else f"[{self.start}:{self.stop}]"
        return f"{self.kind.value} {self.node}{columns}"


class Instruction(NamedTuple):
    """`function(*operands, out=result)`."""

    function: Callable
    operands: tuple[Buffer, ...]
    result: Buffer

    def __str__(self) -> str:
        return f"{self.result} = {self.function.__name__.strip('_')}({', '.join(map(str, self.operands))})"


@dataclass(frozen=True)
class FusedProduct:
    """Products of one left operand, their weights side by side: first those that are summed with a loop invariant."""

    left: Operand
    needs_grad: bool
    products: tuple[int, ...]  # nodes
    weights: tuple[int, ...]  # leaves
    loop_invariant: tuple[Operand, ...]  # summands of the first products
    activations: tuple[str | None, ...]  # of these sums
    values: tuple[int, ...]  # nodes whose value takes the place of the product: its own, its sum's or the activation's
    widths: tuple[int, ...]

    @property
    def num_columns(self) -> int:
        """Of all its products together."""
        return sum(self.widths)

    @property
    def summed(self) -> int:
        """How many of the columns are summed with a loop invariant."""
        return sum(self.widths[: len(self.loop_invariant)])

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

    def lines(self, number: int) -> Iterator[str]:
        """As text: the product, then its values."""
        weights = ", ".join(f"leaf {leaf}" for leaf in self.weights)
        summand = f" + ({', '.join(map(str, self.loop_invariant))})" if self.loop_invariant else ""
        yield f"fused {number} = {self.left} @ ({weights}){summand}"
        for i, (value, name) in enumerate(zip(self.values, self.activations, strict=True)):
            columns = Buffer(Kind.FUSED, number, *self.span(i))
            yield f"node {value} = {name}({columns})" if name else f"node {value} = {columns}"


@dataclass(frozen=True, eq=False)
class Step:
    """One time step, after any of the passes; each returns another one. `print(step)` shows it."""

    nodes: tuple[Node, ...]
    widths: tuple[int, ...]  # columns of the nodes' results
    initial: dict[int, int]  # node that the next step needs -> leaf in its place at the first
    score: int  # the node that is differentiated
    others: tuple[int, ...] = ()  # nodes that are returned too
    recurrent: tuple[int, ...] = ()  # nodes of the loop over time
    results: tuple[int, ...] = ()  # nodes of the loop that are needed outside
    needs_grad: frozenset[int] = frozenset()  # nodes of the loop that the score depends on
    products: tuple[FusedProduct, ...] = ()
    inputs: tuple[Operand, ...] = ()  # computed before the loop, and read in it other than in fused products' sums
    input_widths: tuple[int, ...] = ()
    forward: tuple[Instruction, ...] = ()
    backward: tuple[Instruction, ...] = ()
    kept: frozenset[int] = frozenset()  # nodes with a matrix for each step: the backward pass or the outside needs them

    def is_hoisted(self, ref: Operand) -> bool:
        """Whether it is computed before the loop."""
        return ref.kind in ("leaf", "number") or (ref.kind == "node" and ref.index not in self.recurrent)

    def buffer(self, ref: Operand) -> Buffer:
        """Where a value is that the loop reads."""
        if ref.kind == "number":
            return Buffer(Kind.NUMBER, ref.index)
        if ref.kind == "before":
            return Buffer(Kind.BEFORE, ref.index)
        if self.is_hoisted(ref):
            return Buffer(Kind.INPUT, self.inputs.index(ref))
        own = ref.index in self.initial or ref.index not in self.columns
        return Buffer(Kind.VALUE, ref.index) if own else Buffer(Kind.FUSED, *self.columns[ref.index])

    @cached_property
    def columns(self) -> dict[int, tuple[int, int, int]]:
        """A fused product's value -> the fused product's number, start and stop."""
        return {
            value: (number, *product.span(i))
            for number, product in enumerate(self.products)
            for i, value in enumerate(product.values)
        }

    @cached_property
    def fused(self) -> dict[int, int]:
        """All nodes that fused products compute (products, sums and activations) -> the fused product's number."""
        covered: dict[int, int] = {}
        for number, product in enumerate(self.products):
            covered |= dict.fromkeys(product.products, number)
            for value in product.values:
                while value not in covered:
                    covered[value] = number
                    args = self.nodes[value].args
                    value = next(r.index for r in args if r.kind == "node" and r.index in self.recurrent)
        return covered

    def __str__(self) -> str:
        """One line per operation, in the order of the work; of a lowered step its programs."""
        if self.forward:
            sections: dict[str, Iterable[object]] = {"forward": self.forward, "backward": self.backward}
        elif not self.recurrent:
            sections = {"at each step": self._lines(range(len(self.nodes)))}
        else:
            before, after = self._around_the_loop()
            sections = {"before the loop": self._lines(before), "in the loop": self._loop_lines()}
            sections["after the loop"] = self._lines(after)
        return "\n".join("\n  ".join([title, *map(str, lines)]) for title, lines in sections.items())

    def _lines(self, nodes: Iterable[int]) -> Iterator[str]:
        return (f"node {q} = {self.nodes[q]}" for q in nodes)

    def _loop_lines(self) -> Iterator[str]:
        for q in self.recurrent:
            number = self.fused.get(q)
            if number is None:
                yield from self._lines([q])
            elif q == min(node for node, of in self.fused.items() if of == number):
                yield from self.products[number].lines(number)

    def _around_the_loop(self) -> tuple[list[int], list[int]]:
        """The nodes that are still needed, before the loop and after it."""
        needed, todo, loop = set(), [self.score, *self.others, *self.recurrent], set(self.recurrent)
        while todo:
            q = todo.pop()
            if q not in needed:
                needed.add(q)
                todo += [ref.index for ref in self.nodes[q].args if ref.kind == "node"]
        late: set[int] = set()
        for q in sorted(needed - loop):
            if any(
                ref.kind == "before" or ref.index in late | loop for ref in self.nodes[q].args if ref.kind != "leaf"
            ):
                late.add(q)
        return sorted(needed - loop - late), sorted(late)
