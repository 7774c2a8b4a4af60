"""The output layer of a recurrent network, `H_t @ W + b`, computed for all steps at once.

Nothing in the network depends on its scores, so that they can wait until all `H_t` are there: one product of all
`(T*B, H)` takes less time than `T` thin ones, and the largest weight stays out of the steps. Until then a score is
handed out blank. Whoever hands it out must call `settle` before anything looks at its values.
"""

from __future__ import annotations

import math
import weakref
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor
from torch._C import _are_functorch_transforms_active
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from .deferred import DeferredWeights, PlainFunction
from .gemm import matmul
from .ordinary import is_transformed


class PendingScores:
    """`left_t @ W`, and that plus `bias`, for up to `num_steps` of `left` `(B, H)`. A blank one's values are NaN.

    `left`, `W` and `bias` are kept as they were, so that a change in place after a product does not change it.
    """

    def __init__(self, W: Tensor, bias: Tensor | None, left: Tensor, num_steps: int) -> None:
        self.W, self.bias, self.num_steps = W, bias, num_steps
        self.deferred = DeferredWeights(W)
        self.W_then, self.bias_then = W.detach().clone(), None if bias is None else bias.detach().clone()
        self.stacked = left.new_empty(num_steps, *left.shape)  # (T, B, H)
        self.slots = self.stacked.unbind()
        self.lefts: list[tuple[Tensor, tuple[int, bool]]] = []
        self._stamps = self._current_stamps()
        self.blanks = self._make_blanks()
        self.handed_out: dict[int, tuple[weakref.ref[Tensor], int, bool]] = {}  # id -> tensor, t, with bias?
        self._totals: list[weakref.ref[Tensor]] = []
        self._next_total: tuple[weakref.ref[Tensor], Tensor] | None = None

    def takes(self, left: Tensor) -> bool:
        return (
            len(self.lefts) < self.num_steps
            and left.shape == self.stacked.shape[1:]
            and not left.is_inference()
            and self._stamps == self._current_stamps()
        )

    def product(self, left: Tensor) -> Tensor:
        """`(B, H) @ (H, V) -> (B, V)`, blank."""
        t = len(self.lefts)
        self.lefts.append((left, _stamp(left)))
        product, total = _Score.apply(left, self.deferred.edge, self.bias, self)
        self._remember(product, t, False)
        if total is not None:
            self._next_total = weakref.ref(product), total
        else:
            self._totals.append(weakref.ref(product))
        return product

    def sum(self, left: Any, right: Any) -> Tensor | None:
        """`left + right`, blank too, if these are the last product and the layer's bias."""
        if self._next_total is None:
            return None
        product, bias = (left, right) if right is self.bias else (right, left)
        if bias is not self.bias or self._next_total[0]() is not product:
            return None
        if self._stamps != self._current_stamps() or not torch.is_grad_enabled() or is_transformed():
            return None
        total, self._next_total = self._next_total[1], None
        self._remember(total, len(self.lefts) - 1, True)
        self._totals.append(weakref.ref(total))
        return total

    def are_touched(self, args: tuple, kwargs: dict | None) -> bool:
        """Whether blank tensors are among the arguments of a call, or in lists there, or wrapped by `torch.func`.

        Then `settle` must be called before it.
        """
        found = ((arg, self.handed_out.get(id(arg))) for arg in _flat((args, kwargs)))
        return _are_functorch_transforms_active() or any(
            known is not None and known[0]() is arg for arg, known in found
        )

    def settle(self) -> None:
        """Gives every tensor that was handed out its values."""
        for tensor, t, with_bias in self.handed_out.values():
            if (blank := tensor()) is not None:
                with torch.no_grad():
                    blank.data = matmul(self.stacked[t], self.W_then, self.bias_then if with_bias else None)
        self.handed_out.clear()
        self._next_total = None

    def joined(self, outputs: Sequence[Tensor]) -> Tensor | None:
        """`torch.cat(outputs)` `(T*B, V)`, if these are all the scores, in order, and nothing has changed since."""
        whole = (
            len(outputs) == len(self._totals) == self.num_steps
            and all(score() is output for score, output in zip(self._totals, outputs, strict=True))
            and all(_stamp(left) == stamp for left, stamp in self.lefts)
            and self._stamps == self._current_stamps()
        )
        if not whole:
            return None
        scores = _AllScores.apply(self, self.W, self.bias, *[left for left, _ in self.lefts])
        for output, values in zip(outputs, scores.detach().chunk(len(outputs)), strict=True):
            del self.handed_out[id(output)]
            output.data = values  # the student may have kept it
        self.settle()
        return scores

    @torch.no_grad()
    def _make_blanks(self) -> list[Tensor]:
        """`2T` matrices `(B, V)` of NaN, in the memory of one number."""
        B, V = self.stacked.shape[1], self.W.shape[1]
        numbers = self.stacked.new_full((1, 1), math.nan).expand(2 * self.num_steps * B, V)
        return list(torch.unsafe_split(numbers, B))  # not views: they may be changed in place

    def _remember(self, tensor: Tensor, t: int, with_bias: bool) -> None:
        self.handed_out[id(tensor)] = weakref.ref(tensor), t, with_bias

    def _current_stamps(self) -> tuple[object, ...]:
        W, bias = self.W, self.bias
        return W._version, W.requires_grad, bias is None or (bias._version, bias.requires_grad)


class _Score(PlainFunction):
    """One step's product and its sum with the bias, blank; but with their derivatives, for whoever uses them."""

    @staticmethod
    def forward(ctx: Any, left: Tensor, _: Tensor, bias: Tensor | None, scores: PendingScores) -> Any:
        ctx.set_materialize_grads(False)
        ctx.deferred = scores.deferred
        ctx.save_for_backward(left, scores.W if ctx.needs_input_grad[0] else None)
        scores.slots[len(scores.lefts) - 1].copy_(left)
        return scores.blanks.pop(), None if bias is None else scores.blanks.pop()

    @staticmethod
    def backward(ctx: Any, G: Tensor | None, G_total: Tensor | None) -> tuple[Tensor | None, ...]:
        for_bias = G_total.sum(0) if G_total is not None and ctx.needs_input_grad[2] else None
        if G is None and G_total is None:
            return None, None, None, None
        G = G_total if G is None else G if G_total is None else G + G_total
        left, W = ctx.saved_tensors
        ctx.deferred.leave(left, G)
        return None if W is None else matmul(G, W.t()), None, for_bias, None


class _AllScores(Function):
    """`(T*B, H) @ (H, V) + (V,)`, once, with the `T` left operands given apart."""

    @staticmethod
    def forward(ctx: Any, scores: PendingScores, W: Tensor, bias: Tensor | None, *lefts: Tensor) -> Tensor:
        stacked = scores.stacked.flatten(0, 1)
        ctx.num_steps = len(lefts)
        ctx.save_for_backward(stacked, W)
        return matmul(stacked, scores.W_then, scores.bias_then)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, G: Tensor) -> tuple[Tensor | None, ...]:
        stacked, W = ctx.saved_tensors
        _, for_W, for_bias, *for_lefts = ctx.needs_input_grad
        return (
            None,
            matmul(stacked.t(), G) if for_W else None,
            G.sum(0) if for_bias else None,
            *(matmul(G, W.t()).chunk(ctx.num_steps) if any(for_lefts) else [None] * ctx.num_steps),
        )


def _stamp(tensor: Tensor) -> tuple[int, bool]:
    """What changes when a tensor does."""
    return tensor._version, tensor.requires_grad


def _flat(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list | tuple):
            yield from _flat(value)
        elif isinstance(value, dict):
            yield from _flat(value.values())
        else:
            yield value
