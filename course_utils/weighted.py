"""The products of one minibatch with weights: gates together, scores at the end, gradients in one product each."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch._C import _are_functorch_transforms_active

from .deferred import DeferredWeights
from .habits import Habits, Rehearsal
from .scores import PendingScores

_FLAT = frozenset({Tensor, torch.nn.Parameter, int, float, bool, str, type(None)})


@dataclass
class _Ahead:
    """A product that was computed together with another gate's, until it is asked for."""

    left: Tensor
    left_version: int
    weights: DeferredWeights
    result: Tensor


class WeightedProducts:
    """`left @ W` for weights `W` that require gradients. The habits say what to expect, `None` to expect nothing."""

    def __init__(self, habits: Habits | None, num_steps: int) -> None:
        self._num_steps = num_steps
        self._habits = habits or Habits()
        self.rehearsal = Rehearsal() if habits is not None and not habits.are_known else None
        self._output_layer = self._habits.output_layer
        self._gates = {id(weights[0]): weights for weights in self._habits.gates}
        self._deferred: dict[int, DeferredWeights] = {}
        self._ahead: dict[int, _Ahead] = {}
        self._met: dict[int, weakref.ref[Tensor]] = {}
        self.scores: PendingScores | None = None  # while some were handed out blank

    def product(self, left: Tensor, W: Tensor) -> Tensor:
        """`(M, K) @ (K, N) -> (M, N)`."""
        score = self._score(left, W)
        if score is not None:
            return score
        ahead = self._ahead.pop(id(W), None)
        if (
            ahead is not None
            and ahead.left is left
            and ahead.left_version == left._version
            and ahead.weights.is_current()
        ):
            return ahead.result
        group = self._gates.get(id(W), (W,))
        deferred = self._deferred_for(group)
        product, *others = deferred.products(left)
        for other, result in zip(group[1:], others, strict=True):
            self._ahead[id(other)] = _Ahead(left, left._version, deferred, result)
        if self.rehearsal is not None and W.is_leaf:
            self.rehearsal.saw_product(left, W, product)
        return product

    def sum(self, left: Any, right: Any, add: Callable = torch.add) -> Any:
        """`add(left, right)`; blank, if it is of a blank product and the bias of the output layer."""
        if self.scores is not None:
            total = self.scores.sum(left, right)
            if total is not None:
                return total
            if self.meets_blanks((left, right)):
                self.settle()
        total = add(left, right)
        if self.rehearsal is not None:
            self.rehearsal.saw_sum(left, right, total)
        return total

    def meets_blanks(self, args: tuple, kwargs: dict | None = None) -> bool:
        """Whether blank scores are among the arguments of a call. Then `settle` must come before it.

        It is asked at every call, nearly always in vain, and so begins with what takes no time.
        """
        scores = self.scores
        return (
            scores is not None
            and (
                bool(kwargs)
                or not scores.handed_out.keys().isdisjoint(map(id, args))
                or not _FLAT.issuperset(map(type, args))
                or _are_functorch_transforms_active()
            )
            and scores.are_touched(args, kwargs)
        )

    def is_lasting(self, W: Tensor) -> bool:
        """Whether work for later steps is worth while: a weight, or a matrix that is met again."""
        if W.is_leaf and W.requires_grad:
            return True
        met = self._met.get(id(W))
        if met is not None and met() is W:
            return True
        self._met[id(W)] = weakref.ref(W)
        return False

    def settle(self) -> None:
        """Somebody looks at the scores: they are computed now, and in the next minibatches where they are written."""
        if self.scores is not None:
            self.scores.settle()
        self.scores = self._output_layer = self._habits.output_layer = None

    def distrust(self) -> None:
        """A weight may be changed where no version counts it."""
        if self.scores is not None:
            self.scores.settle()
        self.scores = self._output_layer = None
        self._gates = {}
        self._ahead.clear()
        for deferred in self._deferred.values():
            deferred.forget()

    def joined(self, outputs: Sequence[Tensor]) -> Tensor:
        """`torch.cat(outputs)`: the scores of all steps."""
        if self.rehearsal is not None:
            self.rehearsal.teach(self._habits, outputs)
        scores = self.scores and self.scores.joined(outputs)
        if scores is not None:
            return scores
        if self.scores is not None:
            self.settle()
        return torch.cat(outputs)

    def _score(self, left: Tensor, W: Tensor) -> Tensor | None:
        if self._output_layer is None or self._output_layer[0] is not W:
            return None
        if self.scores is None:
            self.scores = PendingScores(*self._output_layer, left, self._num_steps)
        if self.scores.takes(left):
            return self.scores.product(left)
        self.settle()
        return None

    def _deferred_for(self, group: tuple[Tensor, ...]) -> DeferredWeights:
        deferred = self._deferred.get(id(group[0]))
        if deferred is None or not deferred.is_current() or len(deferred.weights) != len(group):
            deferred = self._deferred[id(group[0])] = DeferredWeights(*group)
        return deferred
