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
from torch._C import _autograd
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from course_utils.engine import kernels
from course_utils.engine.compiling.graph import ADD, LOOKUP, OPERATORS, PRODUCT, Ref, Slot, Step
from course_utils.engine.kernels import ACTIVATIONS, Layer
from course_utils.engine.running.buffers import Memory, Workspace


class Unrolled:
    """What a step's nodes are at all steps. `leaves` are tensors by their numbers, `indices` `(T, B)` the inputs."""

    def __init__(self, step: Step, leaves: Sequence[Tensor], indices: Tensor, workspace: Workspace) -> None:
        self._step, self._leaves, self._indices = step, leaves, indices
        self._done: dict[Ref, Tensor] = {}
        initial = [leaves[leaf] for leaf in step.initial.values()]
        memory = workspace.memory(step, len(indices), initial[0])
        statics = [
            self._before(memory, ("gates", number), gates.statics)
            for number, gates in enumerate(step.gates)
            if gates.statics
        ]
        inputs = [self._before(memory, ("input", i), [ref]) for i, ref in enumerate(step.inputs)]
        weights = [leaves[leaf] for gates in step.gates for leaf in gates.weights]
        results = _Loop.apply(memory, *statics, *inputs, *weights, *initial)
        self._done.update(zip((Ref("node", q) for q in step.results), results, strict=True))

    def _before(self, memory: Memory, slot: Slot, refs: Sequence[Ref]) -> Tensor:
        """What is known before the loop, side by side: `(T, B, N)`."""
        rows = [self._rows(ref) for ref in refs]
        if not all(rows):
            return torch.cat([self._at_all_steps(ref) for ref in refs], -1)
        weights, biases = zip(*rows, strict=True)
        return _Rows.apply(memory, slot, self._indices, *weights, *biases)

    def _rows(self, ref: Ref) -> tuple[Tensor, Tensor | None] | None:
        """The weight and the bias, if there is one, of what is a lookup and no more."""
        op, args = self._step.nodes[ref.index] if ref.kind == "node" else (None, ())
        if op == LOOKUP:
            return self._value(args[0]), None
        for one, other in (args, args[::-1]) if op == ADD else ():
            if other.kind == "leaf" and self._value(other).dim() == 1 and (rows := self._rows(one)) and rows[1] is None:
                return rows[0], self._value(other)
        return None

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
        return Layer.apply(left.flatten(0, 1), W, bias and self._value(bias)).view(*left.shape[:-1], -1)


class _Rows(Function):
    """Rows of weights `(V, N)`, each plus a bias `(N,)` or `None`, side by side in a place `(T, B, N + ...)`."""

    @staticmethod
    def forward(ctx: Any, memory: Memory, slot: Slot, indices: Tensor, *operands: Tensor | None) -> Tensor:
        weights, biases = operands[: len(operands) // 2], operands[len(operands) // 2 :]
        ctx.save_for_backward(indices)
        ctx.set_materialize_grads(False)
        ctx.num_rows, ctx.widths = len(weights[0]), [W.shape[1] for W in weights]
        place = memory.place(slot, sum(ctx.widths))[..., : sum(ctx.widths)]
        for columns, W, bias in zip(place.split(ctx.widths, -1), weights, biases, strict=True):
            rows = F.embedding(indices, W)
            columns.copy_(rows) if bias is None else torch.add(rows, bias, out=columns)
        return place.view_as(place)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, G: Tensor | None) -> tuple[Tensor | None, ...]:
        (indices,) = ctx.saved_tensors
        if G is None:
            return (None,) * len(ctx.needs_input_grad)
        G = G.flatten(0, 1)
        for_weights = G.new_zeros(ctx.num_rows, G.shape[1]).index_add_(0, indices.flatten(), G)
        gradients = (*torch.split_with_sizes_copy(for_weights, ctx.widths, 1), *G.sum(0).split(ctx.widths))
        needed = ctx.needs_input_grad[3:]
        return None, None, None, *[g if is_needed else None for g, is_needed in zip(gradients, needed, strict=True)]


class _Loop(Function):
    """The loop over time. Its operands are the gates' statics, the inputs, the weights and the initial values."""

    @staticmethod
    def forward(ctx: Any, memory: Memory, *operands: Tensor) -> tuple[Tensor, ...]:
        step = memory.step
        known, weights, initial = _sorted(step, operands)
        for slot, tensor in known.items():
            place = memory.place(slot, tensor.shape[-1])[..., : tensor.shape[-1]]
            if tensor.data_ptr() != place.data_ptr():
                place.copy_(tensor)
        for number, of_gates in enumerate(weights):
            if 0 < step.gates[number].summed < step.gates[number].num_columns:
                memory.all_steps(("gates", number))[..., step.gates[number].summed :].zero_()
            memory.take_weights(number, of_gates)
            memory.share(("weights", number), kernels.packed(memory.weights[number], len(initial[0])))
        for q, first in zip(step.initial, initial, strict=True):
            memory["before", q][0].copy_(first)
        memory.run(step.forward, range(memory.num_steps))
        ctx.save_for_backward(*operands[len(known) :])  # which notices their changes in place
        ctx.known = {slot: tensor.shape[-1] for slot, tensor in known.items()}
        ctx.set_materialize_grads(False)
        ctx.memory, ctx.is_spent = memory, False
        tensors = [memory.all_steps(step.place(Ref("node", q))) for q in step.results]
        results = [tensor.view_as(tensor) for tensor in tensors]  # not the very tensors, which the graph would hold
        ctx.mark_non_differentiable(*[t for q, t in zip(step.results, results, strict=True) if q not in step.learnt])
        return tuple(results)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *errors: Tensor | None) -> tuple[Tensor | None, ...]:
        if ctx.is_spent:
            raise RuntimeError("A backward pass over these results was interrupted: compute them anew.")
        memory, step = ctx.memory, ctx.memory.step
        *_, initial = ctx.saved_tensors
        for q, error in zip(step.results, errors, strict=True):
            memory.take_errors(q, error)
        for q in step.initial:
            last = memory["gradient", q][-1]
            last.copy_(memory["error", q][-1]) if q in step.results else last.zero_()
        if comes_again := _comes_again():
            memory.keep_gates()
        ctx.is_spent = not comes_again  # gates are about to be written over
        for number, W in memory.weights.items():
            memory.share(("weights back", number), kernels.packed(W.t(), len(initial)))
        for (kind, number), num_columns in ctx.known.items():
            if kind == "input":
                memory.place(("d input", number), num_columns)
        memory.run(step.backward, reversed(range(memory.num_steps)))
        memory.is_free = not comes_again
        for_known = [_for_known(step, memory, *slot) for slot in ctx.known]
        for_weights = [gradient for number in range(len(step.gates)) for gradient in _for_weights(step, memory, number)]
        needed = ctx.needs_input_grad[-len(step.initial) :]
        for_initial = [
            memory["carry", q][0].clone() if is_needed and q in step.learnt else None
            for q, is_needed in zip(step.initial, needed, strict=True)
        ]
        return None, *for_known, *for_weights, *for_initial


def _comes_again() -> bool:
    """Whether there may be another backward pass over the same graph. Older torch does not tell."""
    return getattr(_autograd, "_get_current_graph_task_keep_graph", lambda: True)()


def _for_known(step: Step, memory: Memory, kind: str, number: int) -> Tensor | None:
    """The gradient of what is known before the loop."""
    if kind == "input":
        return memory.all_steps(("d input", number)) if number in step.learnt_inputs else None
    gates = step.gates[number]
    return memory.all_steps(("d gates", number, 0, gates.summed)) if gates.is_learnt else None


def _for_weights(step: Step, memory: Memory, number: int) -> Sequence[Tensor | None]:
    """The gradients of the weights of some gates."""
    gates = step.gates[number]
    if not gates.is_learnt:
        return [None] * len(gates.weights)
    left = memory.all_steps(step.place(gates.left)).flatten(0, 1)  # (T*B, K)
    G = memory.all_steps(("d gates", number)).flatten(0, 1)  # (T*B, N)
    gradient = kernels.weights_gradient(left, G)  # (K, N), for all steps
    return torch.split_with_sizes_copy(gradient, gates.widths, 1) if len(gates.widths) > 1 else [gradient]


def _sorted(step: Step, operands: Iterable[Tensor]) -> tuple[dict[Slot, Tensor], list[list[Tensor]], list[Tensor]]:
    """What is known before the loop, by slots; the weights of each of the gates; the initial values."""
    rest = iter(operands)
    known = {("gates", number): next(rest) for number, gates in enumerate(step.gates) if gates.statics}
    known |= {("input", i): next(rest) for i, _ in enumerate(step.inputs)}
    weights = [[next(rest) for _ in gates.weights] for gates in step.gates]
    return known, weights, list(rest)
