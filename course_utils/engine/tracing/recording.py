"""The calls of one minibatch, and the placeholders that stand for their results."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from course_utils.engine.compiling.graph import LOOKUP
from course_utils.engine.eligibility import is_plain

_AT_ONCE = 64  # placeholders made by one call
_EXACT = 2**53  # integers below are floats too


class Known(NamedTuple):
    """What a trace knows of a value."""

    position: int  # the number of its call; -1, -2, … for a leaf
    rows: int  # 0 for a vector or a number
    columns: int  # 0 for a number


class Placeholders:
    """Matrices `(B, N)` of NaN, in the memory of one number, that stand for results to come."""

    def __init__(self, like: Tensor, batch_size: int) -> None:
        self.is_making = False
        self._number = like.new_full((1, 1), math.nan)  # (1, 1)
        self._batch_size = batch_size
        self._free: dict[int, list[Tensor]] = {}  # by their number of columns

    def take(self, num_columns: int) -> Tensor:
        """One with so many columns."""
        free = self._free.setdefault(num_columns, [])
        if not free:
            self._make(free, num_columns)
        return free.pop()

    def give_back(self, placeholder: Tensor, num_columns: int) -> None:
        """Keeps one that nobody has seen for later."""
        self._free[num_columns].append(placeholder)

    @torch.no_grad()
    def _make(self, free: list[Tensor], num_columns: int) -> None:
        self.is_making = True
        rows = self._number.expand(_AT_ONCE * self._batch_size, num_columns)  # (64 * B, N)
        free.extend(torch.unsafe_split(rows, self._batch_size))  # (B, N) each
        self.is_making = False


class Recording:
    """Calls with their operands as they came, their results, and the leaves that no call computed.

    `calls` are as the function made them. `ops` are the same as a step has them: an operand is the distance back to
    the call that computed it, or -1, -2, … for a leaf. Leaves are weights, numbers, and the `state`.
    """

    def __init__(self, like: Tensor, state: Sequence[Tensor], placeholders: Placeholders, batch_size: int) -> None:
        self.like, self.state, self.placeholders = like, state, placeholders
        self.calls: list[tuple[str, list[Any]]] = []
        self.results: list[Tensor] = []
        self.ops: list[tuple[str, tuple[int, ...]]] = []
        self.leaves: list[Any] = []  # tensors and floats
        self.times: list[int] = []  # of the lookups
        self._batch_size = batch_size
        self._known: dict[int, Known] = {}  # by a tensor's id
        self._numbers: dict[float, Known] = {}

    def position(self, tensor: object) -> int:
        """The number of the call whose result it is, or -1."""
        known = self._known.get(id(tensor))
        return -1 if known is None else max(known.position, -1)

    def find(self, operand: Any) -> Known | None:
        """What is known of an operand, or can be."""
        known = self._known.get(id(operand))
        if known is not None:
            return known
        if type(operand) is float or (type(operand) is int and abs(operand) < _EXACT):
            return self.number(operand)
        if not self.fits(operand):
            return None
        self.leaves.append(operand)
        return self.know_leaf(len(self.leaves) - 1)

    def number(self, number: float) -> Known:
        """What is known of a number: it is a leaf, once."""
        if number not in self._numbers:
            self.leaves.append(float(number))
            self._numbers[number] = Known(-len(self.leaves), 0, 0)
        return self._numbers[number]

    def know_leaf(self, leaf: int) -> Known:
        """Knows the tensor that is a leaf."""
        tensor = self.leaves[leaf]
        known = self._known[id(tensor)] = Known(-1 - leaf, *_sizes(tensor))
        return known

    def forget_leaf(self, leaf: int) -> None:
        """Lets go of the tensor; another takes its place in the next minibatch."""
        self._known.pop(id(self.leaves[leaf]), None)
        self.leaves[leaf] = None

    def fits(self, value: Any) -> bool:
        """Whether a tensor can be a leaf."""
        return (
            is_plain(value)
            and (value.requires_grad or any(value is part for part in self.state))  # others may share NumPy's memory
            and value.dim() in (1, 2)
            and value.numel() > 0
            and value.dtype is self.like.dtype in (torch.float32, torch.float64)
            and value.device == self.like.device
            and value.layout is torch.strided
            and not value.is_inference()
        )

    def leaves_fit(self) -> bool:
        """Whether all leaves are still what they were known as."""
        tensors = [leaf for leaf in self.leaves if isinstance(leaf, Tensor)]
        return all(self.fits(leaf) and self._known[id(leaf)][1:] == _sizes(leaf) for leaf in tensors)

    def ref(self, known: Known) -> int:
        """An operand of the next call, as `ops` have it."""
        return len(self.calls) - known.position if known.position >= 0 else known.position

    def add(self, kind: str, operands: list[Any], op: str, refs: tuple[int, ...], num_columns: int) -> Tensor:
        """A call, and the placeholder for its result."""
        placeholder = self.placeholders.take(num_columns)
        self._know_result(placeholder, len(self.calls), num_columns)
        self.calls.append((kind, operands))
        self.results.append(placeholder)
        self.ops.append((op, refs))
        return placeholder

    def replace_result(self, position: int) -> Tensor:
        """Another placeholder for a result that was returned."""
        columns = self._known.pop(id(self.results[position])).columns
        placeholder = self.results[position] = self.placeholders.take(columns)
        self._know_result(placeholder, position, columns)
        return placeholder

    def truncate(self, num_calls: int) -> None:
        """Drops the calls that follow."""
        for placeholder in self.results[num_calls:]:
            self.placeholders.give_back(placeholder, self._known.pop(id(placeholder)).columns)
        for of_calls in (self.calls, self.results, self.ops):
            del of_calls[num_calls:]
        del self.times[sum(op == LOOKUP for op, _ in self.ops) :]

    def can_come_again(self) -> bool:
        """Whether all leaves were needed, and none was computed, which would keep its graph alive."""
        used = {ref for _, refs in self.ops for ref in refs if ref < 0}
        tensors = [leaf for leaf in self.leaves if isinstance(leaf, Tensor)]
        return len(used) == len(self.leaves) and all(tensor.is_leaf for tensor in tensors)

    def _know_result(self, placeholder: Tensor, position: int, num_columns: int) -> None:
        self._known[id(placeholder)] = Known(position, self._batch_size, num_columns)


def _sizes(leaf: Tensor) -> tuple[int, int]:
    """Rows, 0 for a vector, and columns."""
    return (leaf.shape[0], leaf.shape[1]) if leaf.dim() == 2 else (0, len(leaf))
