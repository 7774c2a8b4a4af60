"""One-hot matrices known by their indices: their product with a matrix is a lookup of its rows."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from course_utils.data.batches import onehot_steps, split_steps
from course_utils.engine.ownership import are_unchanged, references


class OneHotInputs:
    """`to_onehot` for one minibatch after another, in the same memory if it was given back and nobody holds it."""

    def __init__(self) -> None:
        self._onehot: Tensor | None = None  # (T, B, V)
        self._inputs: list[Tensor] = []  # T x (B, V), its parts
        self._steps: Tensor | None = None  # (T, B, 1), where its ones are
        self._is_back = False

    def __reduce__(self) -> tuple[type, tuple]:
        """A copy begins empty: copied parts need not share the copied whole's memory."""
        return type(self), ()

    def of(self, X: Tensor, n_class: int) -> list[Tensor]:
        """Indices `(B, T)` as `T` one-hot matrices `(B, V)`."""
        is_back, self._is_back = self._is_back, False  # at first: an error or an interrupt may come
        if is_back and self._fits(X, n_class) and are_unchanged(self._inputs) and self._are_unheld():
            self._onehot.scatter_(2, self._steps, 0.0)
            self._onehot.scatter_(2, X.T.unsqueeze(-1), 1.0)
        else:
            self._onehot = onehot_steps(X, n_class)
            self._inputs = split_steps(self._onehot)
        self._steps = X.T.long().unsqueeze(-1).clone()
        return list(self._inputs)

    def give_back(self) -> None:
        """Nothing was done to the last minibatch's matrices that their versions and references do not show."""
        self._is_back = True

    def _fits(self, X: Tensor, n_class: int) -> bool:
        T, B, V = self._onehot.shape
        return X.shape == (B, T) and n_class == V and X.dtype is torch.int64 and X.device == self._onehot.device

    def _are_unheld(self) -> bool:
        return max(references(self._inputs), default=0) == references([object()])[0]


class OneHotSteps:
    """`T` one-hot matrices `(B, V)`, given by their indices `(T, B)`.

    The rows of a matrix `W` are looked up for all steps at the first one's product, so that the gradient of `W` is
    accumulated once as well, and not as a matrix `(V, H)` at every step.
    """

    def __init__(self, indices: Tensor) -> None:
        self.indices = indices
        self._looked_up: dict[int, _LookedUp] = {}

    def step_product(self, t: int, W: Tensor) -> Tensor:
        """The product of step `t` with `W`: `(B, V) @ (V, H) -> (B, H)`, a tensor of its own at every call."""
        looked_up = self._looked_up.get(id(W))
        if looked_up is None or not looked_up.is_current():
            looked_up = self._looked_up[id(W)] = _LookedUp.of(W, self.indices)
        rows, looked_up.rows[t] = looked_up.rows[t], None  # given away once: the caller may change it in place
        return F.embedding(self.indices[t], W) if rows is None else rows  # (B, H)


@dataclass
class _LookedUp:
    """The rows of one `W` for all steps, until they are given away; and what they depend on."""

    W: Tensor  # held, so that its id is not given to another tensor
    version: int
    differentiable: bool
    rows: list[Tensor | None]  # T x (B, H)

    @classmethod
    def of(cls, W: Tensor, indices: Tensor) -> _LookedUp:
        T, B = indices.shape
        # "Unsafe" where a tensor and its parts are both changed in place. Nobody else has the tensor.
        rows = torch.unsafe_split(F.embedding(indices.flatten(), W), B) if B else [None] * T
        return cls(W, W._version, _differentiable(W), list(rows))

    def is_current(self) -> bool:
        return self.version == self.W._version and self.differentiable == _differentiable(self.W)


def _differentiable(W: Tensor) -> bool:
    return W.requires_grad and torch.is_grad_enabled()
