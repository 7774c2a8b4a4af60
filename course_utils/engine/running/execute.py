"""All steps of a recurrent network, from what the passes found out about one.

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

from course_utils.engine import kernels
from course_utils.engine.compiling.graph import ADD, LOOKUP, OPERATORS, PRODUCT, Buffer, Kind, Operand, Step
from course_utils.engine.kernels import ACTIVATIONS
from course_utils.engine.running.buffers import Memory, Workspace


class Unrolled:
    """A step's nodes at all steps. `leaves` are tensors by their numbers, `indices` `(T, B)` the inputs."""

    def __init__(self, step: Step, leaves: Sequence[Tensor], indices: Tensor, workspace: Workspace) -> None:
        self._step, self._leaves, self._indices = step, leaves, indices
        self._done: dict[Operand, Tensor] = {}
        initial = [leaves[leaf] for leaf in step.initial.values()]  # (B, N) each
        memory = workspace.memory(step, len(indices), initial[0])
        invariant = [
            self._hoisted(memory, Buffer(Kind.FUSED, number, 0, product.summed), product.loop_invariant)
            for number, product in enumerate(step.products)
            if product.loop_invariant
        ]
        inputs = [self._hoisted(memory, Buffer(Kind.INPUT, i), [ref]) for i, ref in enumerate(step.inputs)]
        weights = [leaves[leaf] for product in step.products for leaf in product.weights]  # (K, N) each
        results = _Loop.apply(memory, *invariant, *inputs, *weights, *initial)  # (T, B, N) each
        self._done.update(zip((Operand("node", q) for q in step.results), results, strict=True))

    def _hoisted(self, memory: Memory, buffer: Buffer, refs: Sequence[Operand]) -> Tensor:
        """What is computed before the loop, side by side: `(T, B, N)`; in the buffer already if that is quicker."""
        rows = [self._rows(ref) for ref in refs]
        if not all(rows):
            return torch.cat([self._at_all_steps(ref) for ref in refs], -1)  # (T, B, N)
        weights, biases = zip(*rows, strict=True)
        return _Rows.apply(memory, buffer, self._indices, *weights, *biases)  # (T, B, N)

    def _rows(self, ref: Operand) -> tuple[Tensor, Tensor | None] | None:
        """The weight and the bias, if there is one, of a node that is a lookup and no more."""
        if ref.kind != "node":
            return None
        op, args = self._step.nodes[ref.index]
        if op == LOOKUP:
            return self._value(args[0]), None
        for lookup, bias in (args, args[::-1]) if op == ADD else ():
            if (
                bias.kind == "leaf"
                and self._value(bias).dim() == 1
                and (rows := self._rows(lookup))
                and rows[1] is None
            ):
                return rows[0], self._value(bias)
        return None

    def results(self, q: int) -> Tensor:
        """`(T, B, N)` of node `q`."""
        return self._at_all_steps(Operand("node", q))

    def _at_all_steps(self, ref: Operand) -> Tensor:
        value = self._value(ref)
        return value.expand(*self._indices.shape, value.shape[-1])  # (T, B, N)

    def _value(self, ref: Operand) -> Any:
        """`(T, B, N)`, or what is broadcast to it."""
        if ref.kind == "number":
            return ref.index
        if ref.kind == "leaf":
            return self._leaves[ref.index]
        if ref not in self._done:
            self._done[ref] = self._a_step_late(ref.index) if ref.kind == "before" else self._computed(ref.index)
        return self._done[ref]

    def _a_step_late(self, q: int) -> Tensor:
        first = self._leaves[self._step.initial[q]][None]  # (1, B, N)
        return torch.cat([first, self._value(Operand("node", q))[:-1]])  # (T, B, N)

    def _computed(self, q: int) -> Tensor:
        op, args = self._step.nodes[q]
        if op == LOOKUP:
            return F.embedding(self._indices, self._value(args[0]))  # (T, B, N)
        if op == PRODUCT:
            return self._product(*args)
        if op == ADD and (layer := self._layer(*args) or self._layer(*reversed(args))) is not None:
            return self._product(*layer)
        operands = map(self._value, args)
        return getattr(torch, op)(*operands) if op in ACTIVATIONS else OPERATORS[op](*operands)

    def _layer(self, product: Operand, bias: Operand) -> tuple[Operand, ...] | None:
        """Left operand, weight and bias of a linear layer."""
        if product.kind != "node" or bias.kind != "leaf" or product in self._done or self._value(bias).dim() != 1:
            return None
        op, args = self._step.nodes[product.index]
        return (*args, bias) if op == PRODUCT else None

    def _product(self, left: Operand, weight: Operand, bias: Operand | None = None) -> Tensor:
        X, W = self._at_all_steps(left), self._value(weight)  # (T, B, K), (K, N)
        return kernels.affine(X.flatten(0, 1), W, bias and self._value(bias)).view(*X.shape[:-1], -1)  # (T, B, N)


class _Rows(Function):
    """Rows of weights `(V, N)`, each plus a bias `(N,)` or `None`, side by side in a buffer `(T, B, N + ...)`."""

    @staticmethod
    def forward(ctx: Any, memory: Memory, buffer: Buffer, indices: Tensor, *operands: Any) -> Tensor:
        weights, biases = operands[: len(operands) // 2], operands[len(operands) // 2 :]
        ctx.save_for_backward(indices)
        ctx.set_materialize_grads(False)
        ctx.num_rows, ctx.widths = len(weights[0]), [W.shape[1] for W in weights]
        place = memory.all_steps(buffer)  # (T, B, N)
        for columns, W, bias in zip(place.split(ctx.widths, -1), weights, biases, strict=True):
            rows = F.embedding(indices, W)  # (T, B, N)
            columns.copy_(rows) if bias is None else torch.add(rows, bias, out=columns)
        return place.view_as(place)  # (T, B, N)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, G: Tensor | None) -> tuple[Tensor | None, ...]:
        (indices,) = ctx.saved_tensors
        if G is None:
            return (None,) * len(ctx.needs_input_grad)
        G = G.flatten(0, 1)  # (T, B, N) -> (T*B, N)
        for_weights = G.new_zeros(ctx.num_rows, G.shape[1]).index_add_(0, indices.flatten(), G)  # (V, N)
        gradients = (*_columns(for_weights, ctx.widths), *G.sum(0).split(ctx.widths))
        needed = ctx.needs_input_grad[3:]
        return None, None, None, *[g if is_needed else None for g, is_needed in zip(gradients, needed, strict=True)]


class _Loop(Function):
    """The loop over time. Its operands are the fused products' loop invariants, inputs, weights and initial values."""

    @staticmethod
    def forward(ctx: Any, memory: Memory, *operands: Tensor) -> tuple[Tensor, ...]:
        step = memory.step
        hoisted, weights, initial = _sorted(step, operands)
        _fill(memory, hoisted, weights, initial)
        memory.run(step.forward, range(memory.num_steps))
        ctx.save_for_backward(*operands[len(hoisted) :])  # which notices their changes in place
        ctx.set_materialize_grads(False)
        ctx.memory, ctx.hoisted, ctx.is_spent = memory, list(hoisted), False
        tensors = [memory.all_steps(step.buffer(Operand("node", q))) for q in step.results]  # (T, B, N) each
        results = [
            tensor.view_as(tensor) for tensor in tensors
        ]  # each (T, B, N); not the very tensors, which the graph would hold
        without = [tensor for q, tensor in zip(step.results, results, strict=True) if q not in step.needs_grad]
        ctx.mark_non_differentiable(*without)
        return tuple(results)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *output_gradients: Tensor | None) -> tuple[Tensor | None, ...]:
        if ctx.is_spent:
            raise RuntimeError("There was a backward pass over these results, and there can be one only.")
        memory, step = ctx.memory, ctx.memory.step
        _ = ctx.saved_tensors  # raises an error if one was changed
        _begin_backward(memory, output_gradients)
        ctx.is_spent = True  # fused products are about to be overwritten
        memory.run(step.backward, reversed(range(memory.num_steps)))
        memory.is_free = True
        for_hoisted = [_for_hoisted(memory, buffer) for buffer in ctx.hoisted]
        for_weights = [G for number in range(len(step.products)) for G in _for_weights(memory, number)]
        needed = ctx.needs_input_grad[-len(step.initial) :]
        for_initial = [
            memory.at(Buffer(Kind.STATE_GRADIENT, q), 0).clone() if is_needed and q in step.needs_grad else None
            for q, is_needed in zip(step.initial, needed, strict=True)
        ]
        return None, *for_hoisted, *for_weights, *for_initial


def _fill(
    memory: Memory, hoisted: dict[Buffer, Tensor], weights: list[list[Tensor]], initial: Sequence[Tensor]
) -> None:
    """Puts operands into the loop's buffers."""
    for buffer, tensor in hoisted.items():
        place = memory.all_steps(buffer)  # (T, B, N)
        if tensor.data_ptr() != place.data_ptr():
            place.copy_(tensor)
    for number, product in enumerate(memory.step.products):
        if 0 < product.summed < product.num_columns:
            memory.all_steps(Buffer(Kind.FUSED, number, product.summed)).zero_()
        memory.pack_weights(number, weights[number])
    for q, first in zip(memory.step.initial, initial, strict=True):
        memory.all_steps(Buffer(Kind.BEFORE, q))[0].copy_(first)


def _begin_backward(memory: Memory, output_gradients: Iterable[Tensor | None]) -> None:
    """Binds the gradients that come from outside of the loop, and the weights."""
    last = memory.num_steps - 1
    for q in memory.step.initial:
        memory.at(Buffer(Kind.GRADIENT, q), last).zero_()
    for q, G in zip(memory.step.results, output_gradients, strict=True):
        at_last = memory.bind_output_gradient(q, G)  # (B, N)
        if q in memory.step.initial:
            memory.at(Buffer(Kind.GRADIENT, q), last).copy_(at_last)
    memory.pack_weights_back()


def _for_hoisted(memory: Memory, buffer: Buffer) -> Tensor | None:
    """The gradient `(T, B, N)` of what was computed before the loop."""
    step = memory.step
    if buffer.kind is Kind.FUSED:
        needs_grad, gradient = step.products[buffer.node].needs_grad, buffer._replace(kind=Kind.FUSED_GRADIENT)
    else:
        gradient = Buffer(Kind.INPUT_GRADIENT, buffer.node)
        needs_grad = any(instruction.result == gradient for instruction in step.backward)
    return memory.all_steps(gradient) if needs_grad else None


def _for_weights(memory: Memory, number: int) -> Sequence[Tensor | None]:
    """The gradients of the weights of a fused product."""
    product = memory.step.products[number]
    if not product.needs_grad:
        return [None] * len(product.weights)
    left = memory.all_steps(memory.step.buffer(product.left)).flatten(0, 1)  # (T*B, K)
    G = memory.all_steps(Buffer(Kind.FUSED_GRADIENT, number)).flatten(0, 1)  # (T*B, N)
    gradient = kernels.weights_gradient(left, G)  # (K, N), for all steps
    return _columns(gradient, product.widths) if len(product.widths) > 1 else [gradient]


def _columns(gradient: Tensor, widths: Sequence[int]) -> list[Tensor]:
    """Parts of `(K, N)`, each with memory of its own."""
    return [part.contiguous() for part in gradient.split(list(widths), 1)]


def _sorted(step: Step, operands: Iterable[Tensor]) -> tuple[dict[Buffer, Tensor], list[list[Tensor]], list[Tensor]]:
    """What is computed before the loop, by buffers; the weights of each fused product; the initial values."""
    rest = iter(operands)
    hoisted = {
        Buffer(Kind.FUSED, number, 0, product.summed): next(rest)
        for number, product in enumerate(step.products)
        if product.loop_invariant
    }
    hoisted |= {Buffer(Kind.INPUT, i): next(rest) for i, _ in enumerate(step.inputs)}
    weights = [[next(rest) for _ in product.weights] for product in step.products]
    return hoisted, weights, list(rest)
