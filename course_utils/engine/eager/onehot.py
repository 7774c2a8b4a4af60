"""One-hot matrices known by their indices: their product with a matrix is a lookup of its rows."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor


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
        rows = torch.unsafe_split(F.embedding(indices.flatten(), W), B) if B else [None] * T  # T x (B, H)
        return cls(W, W._version, _differentiable(W), list(rows))

    def is_current(self) -> bool:
        return self.version == self.W._version and self.differentiable == _differentiable(self.W)


def _differentiable(W: Tensor) -> bool:
    return W.requires_grad and torch.is_grad_enabled()
