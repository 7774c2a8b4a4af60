"""The two programs of a step's loop, one for each direction of time: calls that write to places in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import lru_cache

import torch
from torch import Tensor

from course_utils.engine.compiling.graph import ADD, MIX, MUL, PRODUCT, SUB, Instruction, Node, Ref, Slot, Step
from course_utils.engine.compiling.passes import count_uses, sorted_step
from course_utils.engine.kernels import ACTIVATIONS

_ARITHMETIC = {ADD: torch.add, SUB: torch.sub, MUL: torch.mul}


@lru_cache(maxsize=16)
def compiled(
    nodes: tuple[Node, ...],
    widths: tuple[int, ...],
    initial: tuple[tuple[int, int], ...],
    score: int,
    others: tuple[int, ...],
) -> Step | None:
    """The step of these nodes, with its programs; see `sorted_step`."""
    step = sorted_step(nodes, widths, dict(initial), score, others)
    if step is not None:
        _Forward(step).write()
        _Backward(step).write()
    return step


class _Forward:
    """Writes the program of a step."""

    def __init__(self, step: Step) -> None:
        self.step = step
        self.added: dict[int, int] = {}  # a sum -> the one of its operands that is a product of elements

    def write(self) -> None:
        step, done = self.step, set()
        self._find_added_products()
        for q in step.loop:
            number = step.covered.get(q)
            if number is None and q not in self.added.values():
                self._node(q)
            elif number is None:
                continue
            elif number not in done:
                done.add(number)
                self._gates(number)
        in_place = {instruction.result[1] for instruction in step.forward if instruction.result[0] == "value"}
        needed = self._needed_backwards() | set(step.results) | step.initial.keys()
        step.kept, step.passing = sorted(in_place & needed - step.initial.keys()), sorted(in_place - needed)

    def _node(self, q: int) -> None:
        op, args = self.step.nodes[q]
        places = tuple(map(self.step.place, args))
        if op == MIX:  # B + Z * (A - B)
            Z, A, B = places
            self._write(torch.sub, (A, B), ("difference", q))
            self._write(torch.addcmul, (B, Z, ("difference", q)), ("value", q))
        elif q in self.added:
            (rest,) = [arg for arg in args if arg != Ref("node", self.added[q])]
            factors = map(self.step.place, self.step.nodes[self.added[q]].args)
            self._write(torch.addcmul, (self.step.place(rest), *factors), ("value", q))
        else:
            self._write(ACTIVATIONS[op].apply if op in ACTIVATIONS else _ARITHMETIC[op], places, ("value", q))

    def _find_added_products(self) -> None:
        """`S + X * Y` is one call, if the product is used nowhere else."""
        uses, free = count_uses(self.step), set(self.step.loop) - self.step.covered.keys()
        for q in sorted(free):
            op, args = self.step.nodes[q]
            products = [ref.index for ref in args if ref.kind == "node" and ref.index in free and uses[ref.index] == 1]
            products = [p for p in products if op == ADD and self.step.nodes[p].op == MUL]
            if products and all(ref.kind != "number" for ref in args):
                self.added[q] = products[-1]

    def _gates(self, number: int) -> None:
        gates = self.step.gates[number]
        product = self.step.place(gates.left), ("weights", number)
        all_columns = "gates", number, 0, gates.num_columns
        if gates.statics:  # which are there already
            self._write(torch.addmm, (all_columns, *product), all_columns)
        else:
            self._write(torch.mm, product, all_columns)
        for name, start, stop in gates.runs():
            columns = "gates", number, start, stop
            self._write(ACTIVATIONS[name].apply, (columns,), columns)
        for i, value in enumerate(gates.values):
            if value in self.step.initial:
                self._write(_copy, (("gates", number, *gates.span(i)),), ("value", value))

    def _needed_backwards(self) -> set[int]:
        """Nodes whose values gradients are computed from."""
        needed = set()
        for q in self.step.loop:
            op, args = self.step.nodes[q]
            if op in (MUL, PRODUCT, MIX):
                needed |= {ref.index for ref in args if ref.kind == "node"}
            if op in ACTIVATIONS:
                needed.add(q)
        return needed

    def _write(self, function: Callable, operands: tuple[Slot, ...], result: Slot) -> None:
        self.step.forward.append(Instruction(function, operands, result))


class _Backward:
    """Writes the program that takes the gradient back through a step."""

    def __init__(self, step: Step) -> None:
        self.step = step
        # Where the sum of what has come to a gradient is: in its own place, or still in that of its only part.
        self.sums: dict[Slot, Slot] = {}
        self.shared: dict[int, Slot] = {}  # a sum's gradient that is an input's, too: in the place of that

    def write(self) -> None:
        step, learnt = self.step, [q for q in self.step.loop if q in self.step.learnt]
        self.sums |= {("gradient", q): ("gradient", q) for q in step.initial}
        self._share_with_inputs(learnt)
        for q in step.results:
            if q in step.learnt and q in step.initial:
                self.sums["carry", q] = "error before", q
            elif q in step.learnt:
                self.sums[self._target(Ref("node", q))] = "error", q
        left = Counter(step.covered[q] for q in learnt if q in step.covered)
        for q in reversed(learnt):
            number = step.covered.get(q)
            if number is None:
                self._node(q)
                continue
            left[number] -= 1
            if not left[number]:
                self._gates(number)
        for q in step.initial:
            if q in step.learnt:
                self._settle(("carry", q), self.sums.get(("carry", q)))
        for slot in [slot for slot in self.sums if slot[0] == "d input"]:
            self._settle(slot, self.sums[slot])
            step.learnt_inputs.add(slot[1])

    def _target(self, ref: Ref) -> Slot:
        """The place of an operand's gradient."""
        if ref.kind == "before":
            return "carry", ref.index
        if self.step.is_known(ref):
            return "d input", self.step.inputs.index(ref)
        if ref.index in self.step.columns and ref.index not in self.step.initial:
            return ("d values", *self.step.columns[ref.index])
        return self.shared.get(ref.index, ("gradient", ref.index))

    def _share_with_inputs(self, learnt: list[int]) -> None:
        free = [q for q in learnt if q not in self.step.covered]
        uses = Counter(ref for q in free for ref in self.step.nodes[q].args)
        for q in free:
            op, args = self.step.nodes[q]
            inputs = [ref for ref in args if ref in self.step.inputs and uses[ref] == 1]
            if op == ADD and inputs and q not in self.step.initial:
                self.shared[q] = self._target(inputs[0])

    def _node(self, q: int) -> None:
        op, args = self.step.nodes[q]
        G = self.sums[self._target(Ref("node", q))]
        if op in ACTIVATIONS:
            self._add_through(ACTIVATIONS[op].gradient, G, q, args[0])
        elif op == MUL:
            self._add_product(G, self.step.place(args[1]), args[0])
            self._add_product(G, self.step.place(args[0]), args[1])
        elif op == MIX:
            Z, A, B = args
            # Once more: one that was kept from the forward pass would not be in the cache any longer.
            self._write(torch.sub, (self.step.place(A), self.step.place(B)), ("difference", q))
            self._add_product(G, ("difference", q), Z)
            self._add_product(G, self.step.place(Z), A)
            self._add(G, B)
            self._add_product(G, self.step.place(Z), B, multiply_add=_subtract_product)
        else:
            for ref, add in zip(args, (torch.add, torch.sub if op == SUB else torch.add), strict=True):
                if ref.kind == "number" or self._target(ref) != self._target(Ref("node", q)):  # one place for both
                    self._add(G, ref, add)

    def _add(self, G: Slot, ref: Ref, add: Callable = torch.add) -> None:
        """Adds a gradient to that of an operand. The first needs no place of its own."""
        if ref.kind == "number":
            return
        target = self._target(ref)
        if target in self.sums:
            self._write(add, (self.sums[target], G), target)
        elif add is torch.sub:
            self._write(torch.neg, (G,), target)
        else:
            self.sums[target] = G

    def _add_product(self, G: Slot, factor: Slot, ref: Ref, multiply_add: Callable = torch.addcmul) -> None:
        if ref.kind == "number":
            return
        target = self._target(ref)
        if target in self.sums:
            self._write(multiply_add, (self.sums[target], G, factor), target)
        else:
            self._write(torch.mul, (G, factor), target)

    def _add_through(self, gradient: Callable, G: Slot, q: int, ref: Ref) -> None:
        """Through an activation."""
        target = self._target(ref)
        place = ("through", q) if target in self.sums else target
        self._write(gradient, (G, self.step.place(Ref("node", q))), place)
        if place != target:
            self._add(place, ref)

    def _gates(self, number: int) -> None:
        gates, rest = self.step.gates[number], 0
        for i, value in enumerate(gates.values):
            self._settle(("d values", number, *gates.span(i)), self.sums[self._target(Ref("node", value))])
        for name, start, rest in gates.runs():
            columns = number, start, rest
            gradient = ACTIVATIONS[name].gradient
            self._write(gradient, (("d values", *columns), ("gates", *columns)), ("d gates", *columns))
        if rest < gates.num_columns:
            columns = number, rest, gates.num_columns
            self._write(_copy, (("d values", *columns),), ("d gates", *columns))
        target = self._target(gates.left)
        product = ("d gates", number, 0, gates.num_columns), ("weights back", number)
        if target in self.sums:
            self._write(torch.addmm, (self.sums[target], *product), target)
        else:
            self._write(torch.mm, product, target)

    def _settle(self, slot: Slot, now: Slot | None) -> None:
        """Sees to it that a gradient is in its place."""
        if now is None:
            self._write(_clear, (slot,), slot)
        elif now != slot:
            self._write(_copy, (now,), slot)

    def _write(self, function: Callable, operands: tuple[Slot, ...], result: Slot) -> None:
        self.step.backward.append(Instruction(function, operands, result))
        self.sums[result] = result


def _subtract_product(S: Tensor, X: Tensor, Y: Tensor, out: Tensor) -> None:
    torch.addcmul(S, X, Y, value=-1, out=out)


def _copy(X: Tensor, out: Tensor) -> None:
    out.copy_(X)


def _clear(_: Tensor, out: Tensor) -> None:
    out.zero_()
