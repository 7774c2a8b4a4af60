"""All steps of a recurrent network, from what `step.py` found out about one.

Only the loop over time is ours, an autograd function without a graph inside; what can be computed for all steps at
once, before and after it, is left to torch and autograd.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from .gemm import matmul
from .step import ACTIVATIONS, ADD, LOOKUP, OPERATORS, PRODUCT, Instruction, Ref, Slot, Step


class Unrolled:
    """What a step's nodes are at all steps. `leaves` are tensors by their numbers, `indices` `(T, B)` the inputs."""

    def __init__(self, step: Step, leaves: Sequence[Tensor], indices: Tensor, workspace: Workspace) -> None:
        self._step, self._leaves, self._indices = step, leaves, indices
        self._done: dict[Ref, Tensor] = {}
        statics = [
            torch.cat([self._at_all_steps(ref) for ref in gates.statics], -1) for gates in step.gates if gates.statics
        ]
        inputs = [self._at_all_steps(ref) for ref in step.inputs]
        weights = [leaves[leaf] for gates in step.gates for leaf in gates.weights]
        initial = [leaves[leaf] for leaf in step.initial.values()]
        results = _Loop.apply(step, workspace, len(indices), *statics, *inputs, *weights, *initial)
        self._done.update(zip((Ref("node", q) for q in step.results), results, strict=True))

    def results(self, q: int) -> Tensor:
        """`(T, B, N)` of node `q`."""
        return self._at_all_steps(Ref("node", q))

    def _at_all_steps(self, ref: Ref) -> Tensor:
        value = self._value(ref)
        return value.expand(*self._indices.shape, value.shape[-1])

    def _value(self, ref: Ref) -> Any:
        """`(T, B, N)`, or what is broadcast to it."""
        if ref.kind == "number":
            return ref.index
        if ref.kind == "leaf":
            return self._leaves[ref.index]
        if ref not in self._done:
            self._done[ref] = self._a_step_late(ref.index) if ref.kind == "before" else self._computed(ref.index)
        return self._done[ref]

    def _a_step_late(self, q: int) -> Tensor:
        return torch.cat([self._leaves[self._step.initial[q]][None], self._value(Ref("node", q))[:-1]])

    def _computed(self, q: int) -> Tensor:
        op, args = self._step.nodes[q]
        if op == LOOKUP:
            return F.embedding(self._indices, self._value(args[0]))
        if op == PRODUCT:
            return self._product(*args)
        if op == ADD and (layer := self._layer(*args) or self._layer(*reversed(args))) is not None:
            return self._product(*layer)
        operands = map(self._value, args)
        return getattr(torch, op)(*operands) if op in ACTIVATIONS else OPERATORS[op](*operands)

    def _layer(self, product: Ref, bias: Ref) -> tuple[Ref, Ref, Ref] | None:
        """Left operand, weight and bias of a linear layer."""
        if product.kind != "node" or bias.kind != "leaf" or product in self._done or self._value(bias).dim() != 1:
            return None
        op, args = self._step.nodes[product.index]
        return (*args, bias) if op == PRODUCT else None

    def _product(self, left: Ref, weight: Ref, bias: Ref | None = None) -> Tensor:
        left, W = self._at_all_steps(left), self._value(weight)
        return _Layer.apply(left.flatten(0, 1), W, bias and self._value(bias)).view(*left.shape[:-1], -1)


class _Layer(Function):
    """`X @ W + bias`: `(M, K)`, `(K, N)` and `(N,)`, if there is one, to `(M, N)`."""

    @staticmethod
    def forward(ctx: Any, X: Tensor, W: Tensor, bias: Tensor | None) -> Tensor:
        ctx.save_for_backward(X, W)
        return matmul(X, W, bias)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, G: Tensor) -> tuple[Tensor | None, ...]:
        X, W = ctx.saved_tensors
        for_X, for_W, for_bias = ctx.needs_input_grad
        return (
            matmul(G, W.t()) if for_X else None,
            matmul(X.t(), G) if for_W else None,
            G.sum(0) if for_bias else None,
        )


class Workspace:
    """Memory for one minibatch after another. What the system gives anew takes a microsecond for each 4 KiB."""

    def __init__(self) -> None:
        self._free: list[Tensor] = []
        self._taken: list[Tensor] = []
        self._is_done = True
        self._blanks: dict[object, dict[int, list[Tensor]]] = {}

    def begin(self) -> object:
        """Another minibatch. The memory of the last one is free if that has ended, and is given up if not."""
        self._free = self._taken if self._is_done else []
        self._taken, self._is_done = [], False
        return self._taken

    def end(self, minibatch: object) -> None:
        """Of the minibatch that `begin` returned, if it is still the last."""
        self._is_done |= minibatch is self._taken

    def blanks(self, like: Tensor, num_rows: int) -> dict[int, list[Tensor]]:
        """A place for tensors without values, by their number of columns."""
        return self._blanks.setdefault((like.dtype, like.device, num_rows), {})

    def empty(self, like: Tensor, *shape: int) -> Tensor:
        """`like.new_empty(shape)`."""
        for i, tensor in enumerate(self._free):
            if tensor.shape == shape and tensor.dtype is like.dtype and tensor.device == like.device:
                self._taken.append(self._free.pop(i))
                return tensor
        self._taken.append(like.new_empty(shape))
        return self._taken[-1]


class _Matrices(dict[Slot, Sequence[Tensor]]):
    """A matrix for each of `T` steps, by slots; all of a slot are one tensor `(T, B, N)`, or they are one matrix."""

    def __init__(self, like: Tensor, num_steps: int, workspace: Workspace) -> None:
        super().__init__()
        self.stacked: dict[Slot, Tensor] = {}
        self._like, self._num_steps, self._workspace = like, num_steps, workspace

    def new(self, slot: Slot, num_columns: int) -> Tensor:
        """Makes room: `(T, B, N)`."""
        self.stacked[slot] = self._workspace.empty(self._like, self._num_steps, len(self._like), num_columns)
        return self.stacked[slot]

    def share(self, slot: Slot, matrix: Tensor) -> None:
        self[slot] = [matrix] * self._num_steps

    def all_steps(self, slot: Slot) -> Tensor:
        """`(T, B, N)`. A slot of gates has the columns behind its name."""
        kind, number, *columns = slot
        return self.stacked[kind, number][..., slice(*columns)] if columns else self.stacked[slot]

    def __missing__(self, slot: Slot) -> Sequence[Tensor]:
        if slot[0] == "number":
            self.share(slot, self._like.new_tensor(slot[1]))
        else:
            self[slot] = self.all_steps(slot).unbind()
        return self[slot]

    def execute(self, program: Iterable[Instruction], times: Iterable[int]) -> None:
        bound = [(f, list(zip(*(self[o] for o in operands), strict=True)), self[out]) for f, operands, out in program]
        for t in times:
            for function, operands, results in bound:
                function(*operands[t], out=results[t])


class _Loop(Function):
    """The loop over time. Its operands are the gates' statics, the inputs, the weights and the initial values."""

    @staticmethod
    def forward(ctx: Any, step: Step, workspace: Workspace, num_steps: int, *operands: Tensor) -> tuple[Tensor, ...]:
        known, weights, initial = _sorted(step, operands)
        ctx.minibatch = workspace.begin()
        memory = _Matrices(initial[0], num_steps, workspace)
        memory.stacked.update(known)
        for number, gates in enumerate(step.gates):
            memory.new(("gates", number), gates.num_columns)
            memory.share(("weights", number), _side_by_side(weights[number]))
        for q, first in zip(step.initial, initial, strict=True):
            values = first.new_empty(num_steps + 1, *first.shape)
            values[0] = first
            memory.stacked["before", q], memory.stacked["value", q] = values[:-1], values[1:]
        for q in step.kept:
            if q in step.results:  # which outlast the minibatch
                memory.stacked["value", q] = first.new_empty(num_steps, len(first), step.widths[q])
            else:
                memory.new(("value", q), step.widths[q])
        for q in step.passing:
            memory.share(("value", q), first.new_empty(len(first), step.widths[q]))
        memory.execute(step.forward, range(num_steps))
        ctx.save_for_backward(*operands)  # which notices their changes in place
        ctx.step, ctx.num_steps, ctx.workspace, ctx.memory = step, num_steps, workspace, memory
        slots = [step.place(Ref("node", q)) for q in step.results]
        tensors = [memory.all_steps(slot) for slot in slots]
        # Not the very tensors, which the graph holds; and not in the workspace, as gates are.
        results = [t.clone() if slot[0] == "gates" else t.view_as(t) for slot, t in zip(slots, tensors, strict=True)]
        ctx.mark_non_differentiable(*[t for q, t in zip(step.results, results, strict=True) if q not in step.learnt])
        return tuple(results)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *errors: Tensor) -> tuple[Tensor | None, ...]:
        step, num_steps = ctx.step, ctx.num_steps
        known, _, initial = _sorted(step, ctx.saved_tensors)
        memory = _Matrices(initial[0], num_steps, ctx.workspace)
        memory.stacked.update(ctx.memory.stacked)
        memory.stacked.update((("error", q), error) for q, error in zip(step.results, errors, strict=True))
        _find_slopes(step, memory)
        for number, gates in enumerate(step.gates):
            memory.new(("d gates", number), gates.num_columns)
            memory.share(("weights back", number), ctx.memory["weights", number][0].t())
        for slot, tensor in known.items():
            if slot[0] == "input":
                memory.new(("d input", slot[1]), tensor.shape[-1])
        for q in step.loop:
            memory.share(("gradient", q), initial[0].new_empty(len(initial[0]), step.widths[q]))
        for q, first in zip(step.initial, initial, strict=True):
            # What comes from the step after and what goes to the one before lie in two places in turn.
            places = [torch.zeros_like(first), torch.zeros_like(first)]
            memory["gradient", q] = [places[t % 2] for t in range(num_steps)]
            memory["carry", q] = [places[(t + 1) % 2] for t in range(num_steps)]
        memory.execute(step.backward, reversed(range(num_steps)))
        for_weights = [gradient for number in range(len(step.gates)) for gradient in _for_weights(step, memory, number)]
        ctx.workspace.end(ctx.minibatch)
        for_known = [_for_known(step, memory, *slot) for slot in known]
        for_initial = [memory["carry", q][0] if q in step.learnt else None for q in step.initial]
        return None, None, None, *for_known, *for_weights, *for_initial


def _find_slopes(step: Step, memory: _Matrices) -> None:
    """What the gradients of activations and mixtures are multiplied by, for all steps."""
    for q in step.activations:
        values = memory.all_steps(("value", q))
        ACTIVATIONS[step.nodes[q].op].slope(values, memory.new(("slope", q), step.widths[q]))
    for q in step.mixtures:
        Z, A, B = (memory.all_steps(step.place(ref)) for ref in step.nodes[q].args)
        torch.sub(A, B, out=memory.new(("A - B", q), step.widths[q]))
        torch.sub(Z.new_tensor(1.0), Z, out=memory.new(("1 - Z", q), step.widths[q]))
    for number, gates in enumerate(step.gates):
        if gates.activated:
            slopes = memory.new(("slopes", number), gates.activated)
            for name, start, stop in gates.runs():
                ACTIVATIONS[name].slope(memory.all_steps(("gates", number, start, stop)), slopes[..., start:stop])


def _for_known(step: Step, memory: _Matrices, kind: str, number: int) -> Tensor | None:
    """The gradient of what is known before the loop."""
    if kind == "input":
        return memory.all_steps(("d input", number)) if number in step.learnt_inputs else None
    gates = step.gates[number]
    return memory.all_steps(("d gates", number, 0, gates.summed)) if gates.is_learnt else None


def _for_weights(step: Step, memory: _Matrices, number: int) -> Sequence[Tensor | None]:
    """The gradients of the weights of some gates."""
    gates = step.gates[number]
    if not gates.is_learnt:
        return [None] * len(gates.weights)
    left = memory.all_steps(step.place(gates.left)).flatten(0, 1)  # (T*B, K)
    gradient = matmul(left.t(), memory.stacked["d gates", number].flatten(0, 1))  # (K, N), for all steps
    return torch.split_with_sizes_copy(gradient, gates.widths, 1)


def _sorted(step: Step, operands: Iterable[Tensor]) -> tuple[dict[Slot, Tensor], list[list[Tensor]], list[Tensor]]:
    """What is known before the loop, by slots; the weights of each of the gates; the initial values."""
    rest = iter(operands)
    known = {("static", number): next(rest) for number, gates in enumerate(step.gates) if gates.statics}
    known |= {("input", i): next(rest) for i, _ in enumerate(step.inputs)}
    weights = [[next(rest) for _ in gates.weights] for gates in step.gates]
    return known, weights, list(rest)


def _side_by_side(weights: list[Tensor]) -> Tensor:
    return weights[0] if len(weights) == 1 else torch.cat(weights, 1)
