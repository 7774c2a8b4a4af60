"""Which of a minibatch's tensors are one-hot: their products are lookups (`onehot.py`), which take less work."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from course_utils.engine.eager.onehot import OneHotSteps


class OneHot(NamedTuple):
    """A dense tensor that is known to be one-hot, as long as its version stays."""

    tensor: Tensor
    version: int
    steps: OneHotSteps
    t: int | None  # None: it is all steps, (T, B, V)

    @property
    def indices(self) -> Tensor:
        """`(B,)`, of all steps `(T, B)`."""
        return self.steps.indices if self.t is None else self.steps.indices[self.t]  # (T, B) or (B,)

    def is_current(self) -> bool:
        """Whether the tensor is as it was."""
        return self.version == self.tensor._version and not self.tensor.requires_grad


class Recogniser:
    """Knows the one-hot tensors of one minibatch, and the weights that it has met.

    `inputs` are `T` dense one-hot matrices `(B, V)`, and `indices` their indices `(T, B)`.
    """

    def __init__(self, inputs: Sequence[Tensor], indices: Tensor) -> None:
        self._known: dict[int, OneHot] = {}
        self._met: dict[int, weakref.ref[Tensor]] = {}
        self._transposed: dict[tuple[int, int, bool], tuple[Tensor, Tensor]] = {}
        self._steps = OneHotSteps(indices)
        for t, X in enumerate(inputs):
            self._know(X, self._steps, t)

    def onehot(self, tensor: object) -> OneHot | None:
        """What is known of a tensor, if it is one-hot."""
        known = self._known.get(id(tensor))
        return known if known is not None and known.is_current() else None

    def step_of(self, known: OneHot) -> int | None:
        """Which of the inputs it is, if it is one of them."""
        return known.t if known.steps is self._steps else None

    def forget_onehot(self) -> None:
        """Values may be changed where no version counts it."""
        self._known.clear()
        self._transposed.clear()

    def product(self, left: Tensor, W: Tensor) -> Tensor:
        """`(B, K) @ (K, N)`, or a lookup of rows of `W` if `left` is one-hot."""
        known = self.onehot(left)
        if known is None:
            return torch.mm(left, W)  # (B, N)
        if known.t is None:
            return F.embedding(known.indices, W)  # (T, B, N)
        return self._rows(known.steps, known.t, W)  # (B, N)

    def lookup(self, t: int, W: Tensor) -> Tensor:
        """The product of input `t` with `W`: `(B, V) @ (V, N) -> (B, N)`."""
        return self._rows(self._steps, t, W)

    def is_lasting(self, W: Tensor) -> bool:
        """Whether work for later steps is worthwhile: a weight, or a matrix that is met again."""
        if W.is_leaf and W.requires_grad:
            return True
        met = self._met.get(id(W))
        if met is not None and met() is W:
            return True
        self._met[id(W)] = weakref.ref(W)
        return False

    def transpose(self, weight: Tensor) -> Tensor:
        """`weight.t()`, one tensor for all steps, so that it is met again."""
        key = id(weight), weight._version, torch.is_grad_enabled()
        if key not in self._transposed:
            self._transposed[key] = weight, weight.t()
        return self._transposed[key][1]

    # Each of these returns NotImplemented where the function as it is written should run.

    def _stack(self, tensors: Any, dim: int = 0) -> Any:
        parts = self._all_steps(tensors)
        if not parts or dim != 0:
            return NotImplemented
        steps = self._steps
        if [(part.steps, part.t) for part in parts] != [(steps, t) for t in range(len(steps.indices))]:
            steps = OneHotSteps(torch.stack([part.indices for part in parts]))  # (T, B)
        return self._know(torch.stack(tensors), steps, None)  # (T, B, V)

    def _cat(self, tensors: Any, dim: int = 0) -> Any:
        parts = self._all_steps(tensors)
        if not parts or dim != 0:
            return NotImplemented
        indices = torch.cat([part.indices for part in parts])[None]  # (1, T*B)
        return self._know(torch.cat(tensors), OneHotSteps(indices), 0)  # (T*B, V)

    def _unbind(self, tensor: Any, dim: int = 0) -> Any:
        known = self.onehot(tensor)
        if known is None or known.t is not None or dim != 0:
            return NotImplemented
        return tuple(self._know(X, known.steps, t) for t, X in enumerate(tensor.unbind()))

    def _iter(self, tensor: Any) -> Iterator[Tensor]:
        steps = self._unbind(tensor)
        return steps if steps is NotImplemented else iter(steps)

    def _getitem(self, tensor: Any, key: Any) -> Any:
        known = self.onehot(tensor)
        if known is None or known.t is not None or type(key) is not int:
            return NotImplemented
        return self._know(tensor[key], known.steps, key % len(tensor))

    def _all_steps(self, tensors: Any) -> list[OneHot]:
        """What is known of these tensors, if all are one-hot matrices."""
        parts = [self.onehot(tensor) for tensor in tensors] if isinstance(tensors, list | tuple) else []
        known = [part for part in parts if part is not None and part.t is not None]
        return known if len(known) == len(parts) else []

    def _rows(self, steps: OneHotSteps, t: int, W: Tensor) -> Tensor:
        return steps.step_product(t, W) if self.is_lasting(W) else F.embedding(steps.indices[t], W)  # (B, N)

    def _know(self, tensor: Tensor, steps: OneHotSteps, t: int | None) -> Tensor:
        self._known[id(tensor)] = OneHot(tensor, tensor._version, steps, t)
        return tensor


REARRANGE: dict[Callable, Callable] = {
    torch.stack: Recogniser._stack,
    torch.cat: Recogniser._cat,
    torch.unbind: Recogniser._unbind,
    Tensor.unbind: Recogniser._unbind,
    Tensor.__iter__: Recogniser._iter,
    Tensor.__getitem__: Recogniser._getitem,
}  # of one-hot tensors, to what is one-hot again
