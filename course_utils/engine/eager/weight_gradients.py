"""Products `left @ W` of many steps, whose gradients of `W` are summed by one large product.

Backpropagation through `T` steps adds `T` gradients `left_t.T @ G_t`, each a thin product and a whole matrix. Their sum
is one product of the stacked `left_t` and `G_t`, and takes a fraction of the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from course_utils.engine.kernels import matmul, weights_gradient
from course_utils.engine.torch_private import current_pass

Parts = dict[int, list[tuple[Tensor, Tensor]]]  # backward pass -> the (left, G) of its products


class PlainFunction(Function):
    """A function that is applied only where no transform of `torch.func` is active. So nobody needs to look for one."""

    @classmethod
    def apply(cls, *args: Any) -> Any:
        """As `Function.apply`, without looking for transforms."""
        return super(Function, cls).apply(*args)  # type: ignore[misc]  # torch's C++ class has it


class DeferredWeight:
    """A right operand `W` `(K, N)`. To autograd its gradient is an ordinary one.

    Every product's node depends on one node for the weight, so the engine runs that one when all products of the pass
    have left their parts; hooks, `retain_graph`, `autograd.grad` and second derivatives see what they always see.
    """

    def __init__(self, W: Tensor) -> None:
        self.W, self.version = W, W._version
        self.parts: Parts = {}
        self.edge = _Sum.apply(self.parts, W)

    def is_current(self) -> bool:
        """Whether `W` is as it was."""
        return self.version == self.W._version

    def product(self, left: Tensor) -> Tensor:
        """`(M, K) @ (K, N) -> (M, N)`."""
        return _Product.apply(left, self.edge, self)


class _Sum(PlainFunction):
    """The node for the weight. Its output is an empty token: it carries the dependency, and no gradient."""

    @staticmethod
    def forward(ctx: Any, parts: Parts, W: Tensor) -> Tensor:
        ctx.set_materialize_grads(False)
        ctx.parts = parts
        return W.new_empty(0)  # (0,)

    @staticmethod
    def backward(ctx: Any, _: None) -> tuple[None, Tensor | None]:
        # Parts of other passes may be there: of one that failed, or one that did not ask for the gradient of W.
        parts = ctx.parts.pop(current_pass(), None)
        if not parts:
            return None, None
        lefts, gradients = zip(*reversed(parts), strict=True)  # in the order of the text again
        return None, weights_gradient(torch.cat(lefts), _joined(gradients))  # (K, T*M) @ (T*M, N)


class _Product(PlainFunction):
    @staticmethod
    def forward(ctx: Any, left: Tensor, _: Tensor, weight: DeferredWeight) -> Tensor:
        ctx.set_materialize_grads(False)
        ctx.parts = weight.parts
        # Saved as torch's own product saves them, so that a change in place is noticed when it matters.
        ctx.save_for_backward(left, weight.W if ctx.needs_input_grad[0] else None)
        return matmul(left, weight.W)  # (M, N)

    @staticmethod
    def backward(ctx: Any, G: Tensor | None) -> tuple[Tensor | None, None, None]:
        left, W = ctx.saved_tensors
        if G is None:
            return None, None, None
        ctx.parts.setdefault(current_pass(), []).append((left, G))
        return None if W is None else matmul(G, W.t()), None, None  # (M, K)


def _joined(matrices: Sequence[Tensor]) -> Tensor:
    """`torch.cat(matrices)`. Those of an output layer are one tensor's slices, and need no copy."""
    first, size = matrices[0], matrices[0].nbytes
    adjacent = all(
        matrix.shape == first.shape and matrix.is_contiguous() and matrix.data_ptr() == first.data_ptr() + i * size
        for i, matrix in enumerate(matrices)
    )
    one_storage = adjacent and matrices[-1].untyped_storage().data_ptr() == first.untyped_storage().data_ptr()
    if not one_storage or torch.is_grad_enabled():
        return torch.cat(list(matrices))  # (T*M, N)
    return first.as_strided((len(matrices) * len(first), first.shape[1]), first.stride())
