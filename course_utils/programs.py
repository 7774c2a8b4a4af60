"""The two programs of a step's loop, one for each direction of time: calls that write to places in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import lru_cache

import torch
from torch import Tensor

from . import gemm
from .step import ACTIVATIONS, ADD, MIX, MUL, PRODUCT, SUB, Instruction, Node, Ref, Slot, Step, count_uses, sorted_step

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

    def write(self) -> None:
        step, done = self.step, set()
        for q in step.loop:
            number = step.covered.get(q)
            if number is None:
                self._node(q)
            elif number not in done:
                done.add(number)
                self._gates(number)
        in_place = {instruction.result[1] for instruction in step.forward if instruction.result[0] == "value"}
        step.activations = [q for q in step.loop if q not in step.covered and step.nodes[q].op in ACTIVATIONS]
        step.mixtures = [q for q in step.loop if step.nodes[q].op == MIX]
        factors = {
            ref.index
            for q in step.loop
            for ref in step.nodes[q].args
            if step.nodes[q].op in (MUL, MIX, PRODUCT) and ref.kind == "node"
        }
        needed = factors | set(step.activations) | set(step.results) | step.initial.keys()
        step.kept, step.passing = sorted(in_place & needed - step.initial.keys()), sorted(in_place - needed)

    def _node(self, q: int) -> None:
        op, args = self.step.nodes[q]
        function = ACTIVATIONS[op].apply if op in ACTIVATIONS else _mix if op == MIX else _ARITHMETIC[op]
        self.step.forward.append(Instruction(function, tuple(map(self.step.place, args)), ("value", q)))

    def _gates(self, number: int) -> None:
        gates, program = self.step.gates[number], self.step.forward
        product = self.step.place(gates.left), ("weights", number)
        all_columns, known = ("gates", number, 0, gates.num_columns), ("gates", number, 0, gates.summed)
        if known == all_columns:
            program.append(Instruction(gemm.addmm, (("static", number), *product), all_columns))
        else:
            program.append(Instruction(gemm.mm, product, all_columns))
            if gates.statics:
                program.append(Instruction(torch.add, (known, ("static", number)), known))
        for name, start, stop in gates.runs():
            columns = "gates", number, start, stop
            program.append(Instruction(ACTIVATIONS[name].apply, (columns,), columns))
        for i, value in enumerate(gates.values):
            if value in self.step.initial:
                program.append(Instruction(_copy, (("gates", number, *gates.span(i)),), ("value", value)))


class _Backward:
    """Writes the program that takes the gradient back through a step."""

    def __init__(self, step: Step) -> None:
        self.step = step
        self.begun: set[Slot] = set()
        self.aliases: dict[int, Slot] = {}

    def write(self) -> None:
        step, learnt = self.step, [q for q in self.step.loop if q in self.step.learnt]
        self.begun |= {("gradient", q) for q in step.initial}
        for q in step.results:
            if q in step.learnt:
                self._pass_on(("error", q), Ref("node", q))
        uses = count_uses(step)
        left = Counter(step.covered[q] for q in learnt if q in step.covered)
        for q in reversed(learnt):
            number = step.covered.get(q)
            if number is None:
                self._node(q, uses)
                continue
            left[number] -= 1
            if not left[number]:
                self._gates(number)
        for q in step.initial:
            if q in step.learnt and ("carry", q) not in self.begun:
                self._write(_clear, (("gradient", q),), ("carry", q))
        step.learnt_inputs = {number for kind, number, *_ in self.begun if kind == "d input"}

    def _gates_columns(self, q: int) -> Slot:
        return ("d gates", *self.step.columns[q])

    def gradient(self, ref: Ref) -> Slot:
        """Where the gradient of an operand is summed."""
        if ref.kind == "before":
            return "carry", ref.index
        if self.step.is_known(ref):
            return "d input", self.step.inputs.index(ref)
        if ref.index in self.step.initial:
            return "gradient", ref.index
        if ref.index in self.step.columns:
            return self._gates_columns(ref.index)
        return self.aliases.get(ref.index, ("gradient", ref.index))

    def _node(self, q: int, uses: Counter[int]) -> None:
        op, args = self.step.nodes[q]
        G = self.gradient(Ref("node", q))
        if op in ACTIVATIONS:
            self._pass_on(G, args[0], factor=("slope", q))
        elif op == MUL:
            self._pass_on(G, args[0], factor=self.step.place(args[1]))
            self._pass_on(G, args[1], factor=self.step.place(args[0]))
        elif op == MIX:
            for ref, factor in zip(args, (("A - B", q), self.step.place(args[0]), ("1 - Z", q)), strict=True):
                self._pass_on(G, ref, factor)
        else:
            for ref, negative in zip(args, (False, op == SUB), strict=True):
                if not negative and self._may_share(ref, uses):
                    self.aliases[ref.index] = G
                    self.begun.add(("gradient", ref.index))
                else:
                    self._pass_on(G, ref, negative=negative)

    def _may_share(self, ref: Ref, uses: Counter[int]) -> bool:
        """Whether an operand's gradient is that of the sum and no more, so that it needs no place of its own."""
        return (
            ref.kind == "node"
            and ref.index in self.step.loop
            and uses[ref.index] == 1
            and ref.index not in self.step.columns
            and ref.index not in self.step.initial
        )

    def _pass_on(self, G: Slot, ref: Ref, factor: Slot | None = None, negative: bool = False) -> None:
        """Adds `G * factor`, or `-G`, to an operand's gradient, or writes it there if it is the first."""
        if ref.kind == "number":
            return
        target = self.gradient(ref)
        first = target not in self.begun
        if factor is not None:
            self._write(torch.mul if first else torch.addcmul, (G, factor) if first else (target, G, factor), target)
        elif first:
            self._write(torch.neg if negative else _copy, (G,), target)
        else:
            self._write(torch.sub if negative else torch.add, (target, G), target)

    def _gates(self, number: int) -> None:
        gates = self.step.gates[number]
        for value in gates.values:
            if value in self.step.initial:
                self._write(_copy, (("gradient", value),), self._gates_columns(value))
        if gates.activated:
            columns = "d gates", number, 0, gates.activated
            self._write(torch.mul, (columns, ("slopes", number)), columns)
        target = self.gradient(gates.left)
        G = "d gates", number, 0, gates.num_columns
        if target in self.begun:
            self._write(gemm.addmm, (target, G, ("weights back", number)), target)
        else:
            self._write(gemm.mm, (G, ("weights back", number)), target)

    def _write(self, function: Callable, operands: tuple[Slot, ...], result: Slot) -> None:
        self.step.backward.append(Instruction(function, operands, result))
        self.begun.add(result)


def _mix(Z: Tensor, A: Tensor, B: Tensor, out: Tensor) -> None:
    torch.lerp(B, A, Z, out=out)


def _copy(X: Tensor, out: Tensor) -> None:
    out.copy_(X)


def _clear(_: Tensor, out: Tensor) -> None:
    out.zero_()
