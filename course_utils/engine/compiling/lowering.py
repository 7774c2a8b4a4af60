"""The two programs of a step's loop, one for each direction of time: calls that write to buffers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from course_utils.engine.compiling.graph import (
    ADD,
    MUL,
    PRODUCT,
    SUB,
    Buffer,
    Instruction,
    Kind,
    Node,
    Operand,
    Step,
)
from course_utils.engine.compiling.passes import scheduled
from course_utils.engine.kernels import ACTIVATIONS

_ARITHMETIC = {ADD: torch.add, SUB: torch.sub, MUL: torch.mul}


def compiled(step: Step) -> Step | None:
    """A traced step with its programs. `None` if it has no state that depends on the one before."""
    return _compiled(step.nodes, step.widths, tuple(step.initial.items()), step.score, step.others)


@lru_cache(maxsize=16)
def _compiled(
    nodes: tuple[Node, ...],
    widths: tuple[int, ...],
    initial: tuple[tuple[int, int], ...],
    score: int,
    others: tuple[int, ...],
) -> Step | None:
    step = scheduled(Step(nodes, widths, dict(initial), score, others))
    return None if step is None else lowered(step)


def lowered(step: Step) -> Step:
    """The step with its two programs."""
    forward = tuple(_Forward(step).program())
    written = {instruction.result.node for instruction in forward if instruction.result.kind is Kind.VALUE}
    kept = written & (_needed_backwards(step) | set(step.results)) - step.initial.keys()
    return replace(step, forward=forward, backward=tuple(_Backward(step).program()), kept=frozenset(kept))


def _needed_backwards(step: Step) -> set[int]:
    """Nodes whose values gradients are computed from."""
    needed = set()
    for q in step.recurrent:
        op, args = step.nodes[q]
        if op in (MUL, PRODUCT):
            needed |= {ref.index for ref in args if ref.kind == "node"}
        if op in ACTIVATIONS:
            needed.add(q)
    return needed


class _Forward:
    """Lowers a step."""

    def __init__(self, step: Step) -> None:
        self.step = step
        self.instructions: list[Instruction] = []

    def program(self) -> list[Instruction]:
        done = set()
        for q in self.step.recurrent:
            number = self.step.fused.get(q)
            if number is None:
                self._node(q)
            elif number not in done:
                done.add(number)
                self._product(number)
        return self.instructions

    def _node(self, q: int) -> None:
        op, args = self.step.nodes[q]
        buffers = tuple(map(self.step.buffer, args))
        function: Any = ACTIVATIONS[op].apply if op in ACTIVATIONS else _ARITHMETIC[op]
        self._emit(function, buffers, Buffer(Kind.VALUE, q))

    def _product(self, number: int) -> None:
        product = self.step.products[number]
        operands = self.step.buffer(product.left), Buffer(Kind.WEIGHTS, number)
        all_columns = Buffer(Kind.FUSED, number, 0, product.num_columns)
        if product.loop_invariant:  # which are there already
            self._emit(torch.addmm, (all_columns, *operands), all_columns)
        else:
            self._emit(torch.mm, operands, all_columns)
        for name, start, stop in product.runs():
            columns = Buffer(Kind.FUSED, number, start, stop)
            self._emit(ACTIVATIONS[name].apply, (columns,), columns)
        for i, value in enumerate(product.values):
            if value in self.step.initial:
                self._emit(_copy, (Buffer(Kind.FUSED, number, *product.span(i)),), Buffer(Kind.VALUE, value))

    def _emit(self, function: Callable, operands: tuple[Buffer, ...], result: Buffer) -> None:
        self.instructions.append(Instruction(function, operands, result))


class _Backward:
    """Lowers the gradient of a step."""

    def __init__(self, step: Step) -> None:
        self.step = step
        self.instructions: list[Instruction] = []
        # Where the sum of what has come to a gradient is: in its own buffer, or still in that of its only part.
        self.sums: dict[Buffer, Buffer] = {}

    def program(self) -> list[Instruction]:
        step, todo = self.step, [q for q in self.step.recurrent if q in self.step.needs_grad]
        self._begin()
        left = Counter(step.fused[q] for q in todo if q in step.fused)
        for q in reversed(todo):
            number = step.fused.get(q)
            if number is None:
                self._node(q)
                continue
            left[number] -= 1
            if not left[number]:
                self._product(number)
        for q in step.initial:
            if q in step.needs_grad:
                target = Buffer(Kind.STATE_GRADIENT, q)
                self._store(target, self.sums.get(target))
        for buffer in [buffer for buffer in self.sums if buffer.kind is Kind.INPUT_GRADIENT]:
            self._store(buffer, self.sums[buffer])
        return self.instructions

    def _begin(self) -> None:
        """What comes from the next step and from outside of the loop."""
        self.sums |= {buffer: buffer for buffer in (Buffer(Kind.GRADIENT, q) for q in self.step.initial)}
        for q in self.step.needs_grad.intersection(self.step.results):
            if q in self.step.initial:
                self.sums[Buffer(Kind.STATE_GRADIENT, q)] = Buffer(Kind.OUTPUT_GRADIENT_BEFORE, q)
            else:
                self.sums[self._gradient(Operand("node", q))] = Buffer(Kind.OUTPUT_GRADIENT, q)

    def _gradient(self, ref: Operand) -> Buffer:
        """Where an operand's gradient is."""
        if ref.kind == "before":
            return Buffer(Kind.STATE_GRADIENT, ref.index)
        if self.step.is_hoisted(ref):
            return Buffer(Kind.INPUT_GRADIENT, self.step.inputs.index(ref))
        if ref.index in self.step.columns and ref.index not in self.step.initial:
            return Buffer(Kind.ACTIVATION_GRADIENT, *self.step.columns[ref.index])
        return Buffer(Kind.GRADIENT, ref.index)

    def _node(self, q: int) -> None:
        op, args = self.step.nodes[q]
        G = self.sums[self._gradient(Operand("node", q))]
        if op in ACTIVATIONS:
            self._add_through(ACTIVATIONS[op].gradient, G, q, args[0])
        elif op == MUL:
            self._add_product(G, self.step.buffer(args[1]), args[0])
            self._add_product(G, self.step.buffer(args[0]), args[1])
        else:
            self._add(G, args[0])
            self._add(G, args[1], torch.sub if op == SUB else torch.add)

    def _add(self, G: Buffer, ref: Operand, add: Callable = torch.add) -> None:
        """Adds a gradient to that of an operand. The first needs no buffer of its own."""
        if ref.kind == "number":
            return
        target = self._gradient(ref)
        if target in self.sums:
            self._emit(add, (self.sums[target], G), target)
        elif add is torch.sub:
            self._emit(torch.neg, (G,), target)
        else:
            self.sums[target] = G

    def _add_product(self, G: Buffer, factor: Buffer, ref: Operand) -> None:
        if ref.kind == "number":
            return
        target = self._gradient(ref)
        if target in self.sums:
            self._emit(torch.addcmul, (self.sums[target], G, factor), target)
        else:
            self._emit(torch.mul, (G, factor), target)

    def _add_through(self, gradient: Callable, G: Buffer, q: int, ref: Operand) -> None:
        """Through an activation."""
        target = self._gradient(ref)
        result = Buffer(Kind.THROUGH, q) if target in self.sums else target
        self._emit(gradient, (G, self.step.buffer(Operand("node", q))), result)
        if result != target:
            self._add(result, ref)

    def _product(self, number: int) -> None:
        product, stop = self.step.products[number], 0
        for i, value in enumerate(product.values):
            columns = Buffer(Kind.ACTIVATION_GRADIENT, number, *product.span(i))
            self._store(columns, self.sums[self._gradient(Operand("node", value))])
        for name, start, stop in product.runs():
            operands = Buffer(Kind.ACTIVATION_GRADIENT, number, start, stop), Buffer(Kind.FUSED, number, start, stop)
            self._emit(ACTIVATIONS[name].gradient, operands, Buffer(Kind.FUSED_GRADIENT, number, start, stop))
        if stop < product.num_columns:
            rest = number, stop, product.num_columns
            self._emit(_copy, (Buffer(Kind.ACTIVATION_GRADIENT, *rest),), Buffer(Kind.FUSED_GRADIENT, *rest))
        target = self._gradient(product.left)
        operands = Buffer(Kind.FUSED_GRADIENT, number, 0, product.num_columns), Buffer(Kind.WEIGHTS_BACK, number)
        if target in self.sums:
            self._emit(torch.addmm, (self.sums[target], *operands), target)
        else:
            self._emit(torch.mm, operands, target)

    def _store(self, buffer: Buffer, now: Buffer | None) -> None:
        """Sees to it that a gradient is in its own buffer."""
        if now is None:
            self._emit(_clear, (buffer,), buffer)
        elif now != buffer:
            self._emit(_copy, (now,), buffer)

    def _emit(self, function: Callable, operands: tuple[Buffer, ...], result: Buffer) -> None:
        self.instructions.append(Instruction(function, operands, result))
        self.sums[result] = result


def _copy(X: Tensor, out: Tensor) -> None:
    out.copy_(X)


def _clear(_: Tensor, out: Tensor) -> None:
    out.zero_()
