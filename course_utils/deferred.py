"""Products `left @ W` of many steps, whose gradients of `W` are summed by one large product.

Backpropagation through `T` steps adds `T` gradients `left_t.T @ G_t`, each a thin product and a whole matrix. Their sum
is one product of the stacked `left_t` and `G_t`, and takes a fraction of the time. Gates that have their left operand
in common, `H @ W_hz` and `H @ W_hr`, are one product with the weights side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from .gemm import matmul

Parts = dict[int, list[tuple[Tensor, Tensor]]]  # backward pass -> the (left, G) of its products


class PlainFunction(Function):
    """A function that is applied only where no transform of `torch.func` is active. So nobody needs to look for one."""

    @classmethod
    def apply(cls, *args: Any) -> Any:
        return super(Function, cls).apply(*args)


class DeferredWeights:
    """Right operands `W`, `(K, N)` each, that meet the same left operands. To autograd their gradients are ordinary.

    Every product's node depends on one node for the weights, so the engine runs that one when all products of the pass
    have left their parts; hooks, `retain_graph`, `autograd.grad` and second derivatives see what they always see.
    """

    def __init__(self, *weights: Tensor) -> None:
        self.weights = weights
        self.versions = [W._version for W in weights]
        self.widths = [W.shape[1] for W in weights]
        self._side_by_side: Tensor | None = None
        self.parts: Parts = {}
        self.edge = _Sum.apply(self, *weights)

    def is_current(self) -> bool:
        return self.versions == [W._version for W in self.weights]

    def joined(self) -> Tensor:
        """`(K, all N)`, without a graph."""
        if self._side_by_side is None:
            self._side_by_side = _side_by_side([W.detach() for W in self.weights])
        return self._side_by_side

    def forget(self) -> None:
        """Reads the weights again at the next use: they may have been changed where no version counts it."""
        self._side_by_side = None

    def products(self, left: Tensor) -> tuple[Tensor, ...]:
        """`(M, K) @ (K, N) -> (M, N)`, one for each weight."""
        return _Products.apply(left, self.edge, self)

    def leave(self, left: Tensor, G: Tensor) -> None:
        """Called in a backward pass: the gradient `G` of `left @ W`, the weights side by side."""
        self.parts.setdefault(_current_pass(), []).append((left, G))


class _Sum(PlainFunction):
    """The node for the weights. Its output is an empty token: it carries the dependency, and no gradient."""

    @staticmethod
    def forward(ctx: Any, deferred: DeferredWeights, *weights: Tensor) -> Tensor:
        ctx.set_materialize_grads(False)
        ctx.parts, ctx.widths = deferred.parts, deferred.widths
        return weights[0].new_empty(0)

    @staticmethod
    def backward(ctx: Any, _: None) -> tuple[Tensor | None, ...]:
        # Parts of other passes may be there: of one that failed, or one that did not ask for the gradient of W.
        parts = ctx.parts.pop(_current_pass(), None)
        if not parts:
            return None, *[None] * len(ctx.widths)
        lefts, gradients = zip(*reversed(parts), strict=True)  # in the order of the text again
        gradient = matmul(torch.cat(lefts).t(), _joined(gradients))  # (K, T*M) @ (T*M, N)
        return None, *_apart(gradient, ctx.widths)


class _Products(PlainFunction):
    @staticmethod
    def forward(ctx: Any, left: Tensor, _: Tensor, deferred: DeferredWeights) -> tuple[Tensor, ...]:
        ctx.set_materialize_grads(False)
        ctx.deferred = deferred
        # Saved as torch's own product saves them, so that a change in place is noticed when it matters.
        ctx.save_for_backward(left, *deferred.weights if ctx.needs_input_grad[0] else ())
        return _apart(matmul(left, deferred.joined()), deferred.widths)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor | None) -> tuple[Tensor | None, None, None]:
        left, *weights = ctx.saved_tensors
        if all(G is None for G in gradients):
            return None, None, None
        widths = ctx.deferred.widths
        G = _side_by_side(
            [left.new_zeros(len(left), N) if G is None else G for G, N in zip(gradients, widths, strict=True)]
        )  # (M, all N)
        ctx.deferred.leave(left, G)
        if not weights:
            return None, None, None
        W = _side_by_side(weights) if torch.is_grad_enabled() else ctx.deferred.joined()
        return matmul(G, W.t()), None, None


def _side_by_side(matrices: Sequence[Tensor]) -> Tensor:
    return matrices[0] if len(matrices) == 1 else torch.cat(matrices, 1)


def _apart(matrix: Tensor, widths: list[int]) -> tuple[Tensor, ...]:
    """The opposite of `_side_by_side`. Each a tensor of its own, contiguous as a product is."""
    return (matrix,) if len(widths) == 1 else torch.split_with_sizes_copy(matrix, widths, 1)


def _joined(matrices: Sequence[Tensor]) -> Tensor:
    """`torch.cat(matrices)`. Those of an output layer are one tensor's slices, and need no copy."""
    first, size = matrices[0], matrices[0].nbytes
    adjacent = all(
        matrix.shape == first.shape and matrix.is_contiguous() and matrix.data_ptr() == first.data_ptr() + i * size
        for i, matrix in enumerate(matrices)
    )
    one_storage = adjacent and matrices[-1].untyped_storage().data_ptr() == first.untyped_storage().data_ptr()
    if not one_storage or torch.is_grad_enabled():
        return torch.cat(matrices)
    return first.as_strided((len(matrices) * len(first), first.shape[1]), first.stride())


def _current_pass() -> int:
    return torch._C._current_graph_task_id()  # as torch.utils.checkpoint tells its passes apart
