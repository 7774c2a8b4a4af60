"""The operations of a student's recurrent network, written down in the place of being done.

Nothing has to be computed before the function returns. Until then its results are handed out blank; then, if all time
steps were alike, they are computed together (`unrolled.py`). If not, or as soon as anything wants to know more of a
blank tensor than its shape, what is on the tape is done as it was written, and the blank tensors become the real ones.
"""

from __future__ import annotations

import math
import sys
import weakref
from collections.abc import Callable, Collection, Sequence
from typing import Any

import torch
from torch import Tensor
from torch._C import _swap_tensor_impl

from .ordinary import is_plain
from .programs import compiled
from .step import ACTIVATIONS, LOOKUP, OPERATORS, PRODUCT, Node, Ref, Step
from .unrolled import Unrolled, Workspace

_LEAF = -1, -1, -1  # of no shape
_AT_ONCE = 64  # blank tensors made by one call
_EXACT = 2**53  # integers below are floats too

Operation = tuple[str, tuple[Any, ...], Tensor]


class Tape:
    """Operations on the one-hot inputs `indices` `(T, B)`, and on matrices and vectors of the kind of `like`.

    What is asked of it gives a blank tensor, or `None` if it has to be done as it is written, after `rewind`.
    """

    def __init__(self, like: Tensor, indices: Tensor, state: Sequence[Tensor], workspace: Workspace) -> None:
        self._like, self._indices, self._state, self._workspace = like, indices, state, workspace
        self._num_steps, self._batch_size = indices.shape
        # Operations with their operands as they came, and their blank result. And the same as a step has it, with the
        # distances of earlier results as operands, and -1, -2, ... for leaves.
        self._operations: list[Operation] = []
        self._relative: list[tuple[str, tuple[int, ...]]] = []
        # By a tensor's id, its operation or -1, -2, ... for a leaf; its rows, 0 for a vector; its columns.
        self._known: dict[int, tuple[int, int, int]] = {}
        self._leaves: list[Tensor | float] = []
        self._numbers: dict[float, int] = {}  # -1, -2, ...
        self._times: list[int] = []  # of the lookups
        self._blanks = workspace.blanks(like, self._batch_size)  # by their number of columns
        self.makes_blanks = False  # just now

    def is_empty(self) -> bool:
        return not self._operations

    def holds(self, tensor: object) -> bool:
        """Whether it is one of the blank tensors."""
        return self._known.get(id(tensor), _LEAF)[0] >= 0

    def is_intact(self) -> bool:
        """Whether no blank tensor was changed by a way that nothing else sees."""
        return all(blank._version == 0 for _, _, blank in self._operations)

    def lookup(self, t: int, W: Tensor) -> Tensor | None:
        """The rows `indices[t]` of `W`."""
        weight, rows, num_columns = self._found(W) or _LEAF
        if weight >= 0 or rows != self._like.shape[1]:
            return None
        self._times.append(t)
        return self._write(LOOKUP, (t, W), (weight,), num_columns)

    def product(self, left: Tensor, W: Tensor) -> Tensor | None:
        """`(B, K) @ (K, N)`."""
        position, batch_size, num_shared = self._found(left) or _LEAF
        weight, rows, num_columns = self._found(W) or _LEAF
        if weight >= 0 or batch_size != self._batch_size or rows != num_shared:
            return None
        return self._write(PRODUCT, (left, W), (self._ref(position), weight), num_columns)

    def elementwise(self, op: str, operands: tuple[Any, ...]) -> Tensor | None:
        """An activation of a matrix `(B, N)`, or arithmetic of one with another, a vector `(N,)` or a number."""
        if len(operands) != (1 if op in ACTIVATIONS else 2):
            return None
        now, refs, num_columns, is_matrix = len(self._operations), [], 0, False
        for operand in operands:
            found = self._known.get(id(operand)) or self._found(operand)
            if found is None:
                return None
            position, rows, columns = found
            if columns:
                if num_columns and columns != num_columns:
                    return None
                num_columns = columns
            if rows:
                if rows != self._batch_size:
                    return None
                is_matrix = True
            refs.append(now - position if position >= 0 else position)
        return self._write(op, operands, tuple(refs), num_columns) if is_matrix else None

    def rewind(self, lookup: Callable[[int, Tensor], Tensor], product: Callable[[Tensor, Tensor], Tensor]) -> None:
        """Does all operations in their order. Blank tensors become their results."""
        with torch.inference_mode(False), torch.enable_grad():
            for op, operands, blank in self._operations:
                function = {LOOKUP: lookup, PRODUCT: product}.get(op) or OPERATORS.get(op) or getattr(torch, op)
                _swap_tensor_impl(blank, function(*operands))

    def scores(self, outputs: Sequence[Tensor], state: Sequence[Tensor]) -> Tensor | None:
        """`torch.cat(outputs)` `(T*B, V)`, computed with all steps together, as are the state's blank tensors.

        `None` if the steps differ, or if other results are in use: nothing has changed then.
        """
        per_step, rest = divmod(len(self._operations), self._num_steps)
        if self._num_steps < 2 or rest or not per_step or not all(map(self.holds, outputs)):
            return None
        returned = {id(tensor): tensor for tensor in (*outputs, *state) if self.holds(tensor)}
        places = {key: divmod(self._known[key][0], per_step) for key in returned}  # step, node
        of_scores = [places[id(output)] for output in outputs]
        score, others = of_scores[0][1], tuple(sorted({node for _, node in places.values()}))
        order, step = self._order(), self._step(per_step, score, others)
        in_order = of_scores == [(t, score) for t in range(self._num_steps)]
        if order is None or step is None or not in_order or self._others_are_held(per_step, returned):
            return None
        self._clear(returned)
        unrolled = Unrolled(step, self._leaves, self._indices[order], self._workspace)
        scores = unrolled.results(score).flatten(0, 1)
        if score in step.loop:
            scores = scores.clone()  # not in the memory of the loop, which is written over
        parts = dict(zip(map(id, outputs), torch.unsafe_split(scores, self._batch_size), strict=True))
        for (key, tensor), outlasts in zip(returned.items(), _outlast(returned), strict=True):
            t, node = places[key]
            part = parts[key] if key in parts else unrolled.results(node)[t]
            # A clone if it is there for longer than the others, whose memory it must not keep.
            _swap_tensor_impl(tensor, part.clone() if outlasts or key not in parts else part)
        return scores

    def _found(self, operand: Any) -> tuple[int, int, int] | None:
        """What is known of an operand, or can be."""
        found = self._known.get(id(operand))
        if found is not None:
            return found
        if type(operand) is float or (type(operand) is int and abs(operand) < _EXACT):
            if operand not in self._numbers:
                self._leaves.append(float(operand))
                self._numbers[operand] = -len(self._leaves)
            return self._numbers[operand], 0, 0
        if not self._is_alike(operand):
            return None
        self._leaves.append(operand)
        rows, columns = operand.shape if operand.dim() == 2 else (0, len(operand))
        found = self._known[id(operand)] = -len(self._leaves), rows, columns
        return found

    def _ref(self, position: int) -> int:
        return len(self._operations) - position if position >= 0 else position

    def _is_alike(self, value: Any) -> bool:
        return (
            is_plain(value)
            and (value.requires_grad or any(value is part for part in self._state))  # others may share NumPy's memory
            and value.dim() in (1, 2)
            and value.numel() > 0
            and value.dtype is self._like.dtype in (torch.float32, torch.float64)
            and value.device == self._like.device
            and value.layout is torch.strided
            and not value.is_inference()
        )

    def _write(self, op: str, operands: tuple[Any, ...], refs: tuple[int, ...], num_columns: int) -> Tensor:
        blanks = self._blanks.get(num_columns)
        blank = blanks.pop() if blanks else self._new_blank(num_columns)
        self._known[id(blank)] = len(self._operations), self._batch_size, num_columns
        self._operations.append((op, operands, blank))
        self._relative.append((op, refs))
        return blank

    @torch.no_grad()
    def _new_blank(self, num_columns: int) -> Tensor:
        """One matrix `(B, N)` of NaN, in the memory of a number, and some more for later."""
        self.makes_blanks = True
        number = self._like.new_full((1, 1), math.nan)
        blanks = torch.unsafe_split(number.expand(_AT_ONCE * self._batch_size, num_columns), self._batch_size)
        self.makes_blanks = False
        self._blanks.setdefault(num_columns, []).extend(blanks[1:])
        return blanks[0]

    def _clear(self, returned: Collection[int]) -> None:
        """Ends the tape. Its blank tensors may be used again, except for those that were returned."""
        for _, _, blank in self._operations:
            if id(blank) not in returned and not weakref.getweakrefcount(blank):
                blank.__dict__.clear()
                self._blanks[self._known[id(blank)][2]].append(blank)
        for collection in (self._operations, self._relative, self._known):
            collection.clear()

    def _order(self) -> list[int] | None:
        """Which input each step looks up. `None` if a step looks up none or several."""
        per_step = len(self._times) // self._num_steps
        order = self._times[::per_step] if per_step else []
        return order if order and self._times == [t for t in order for _ in range(per_step)] else None

    def _step(self, per_step: int, score: int, others: tuple[int, ...]) -> Step | None:
        """What all steps do, if that is the same."""
        first, step = self._relative[:per_step], self._relative[per_step : 2 * per_step]
        if any(self._relative[i : i + per_step] != step for i in range(2 * per_step, len(self._relative), per_step)):
            return None
        nodes, initial = [], {}
        for q, ((op, refs), (op_at_first, refs_at_first)) in enumerate(zip(step, first, strict=True)):
            args = [self._arg(q, ref, per_step) for ref in refs]
            nodes.append(Node(op, tuple(args)))
            if op != op_at_first or None in args:
                return None
            for arg, ref, at_first in zip(args, refs, refs_at_first, strict=True):
                expected = initial.setdefault(arg.index, at_first) if arg.kind == "before" else ref
                if at_first != expected or (arg.kind == "before" and not self._is_initial(at_first, arg.index)):
                    return None
        widths = tuple(blank.shape[1] for _, _, blank in self._operations[:per_step])
        starts = tuple((q, -1 - ref) for q, ref in initial.items())
        return compiled(tuple(nodes), widths, starts, score, others)

    def _arg(self, q: int, ref: int, per_step: int) -> Ref | None:
        """An operand of the step's operation `q`."""
        if ref < 0:
            leaf = self._leaves[-1 - ref]
            return Ref("number", leaf) if isinstance(leaf, float) else Ref("leaf", -1 - ref)
        if ref <= q:
            return Ref("node", q - ref)
        return Ref("before", q - ref + per_step) if ref <= q + per_step else None

    def _is_initial(self, ref: int, q: int) -> bool:
        """Whether a leaf can stand for the operation's result before the first step."""
        leaf = self._leaves[-1 - ref] if ref < 0 else None
        return isinstance(leaf, Tensor) and leaf.shape == self._operations[q][2].shape

    def _others_are_held(self, per_step: int, returned: Collection[int]) -> bool:
        """Whether anybody but the tape holds blank tensors besides those that are returned."""
        in_step, by_next = [0] * per_step, [0] * per_step  # how often each is an operand
        for q, (_, refs) in enumerate(self._relative[per_step : 2 * per_step]):
            for ref in refs:
                if ref > q:
                    by_next[q - ref] += 1
                elif ref > 0:
                    in_step[q - ref] += 1
        by_tape = _references([("", (), object())])[0]
        in_all = [by_tape + now + later for now, later in zip(in_step, by_next, strict=True)]
        expected = in_all * (self._num_steps - 1) + [by_tape + now for now in in_step]
        found = _references(self._operations)
        return any(found[i] > expected[i] and id(self._operations[i][2]) not in returned for i in range(len(found)))


def _outlast(outputs: dict[int, Any]) -> list[bool]:
    """Whether tensors are held by anybody but a dictionary and a list."""
    in_a_list = [object()]
    alone = [sys.getrefcount(value) for value in {0: in_a_list[0]}.values()]
    return [sys.getrefcount(tensor) > alone[0] for tensor in outputs.values()]


def _references(operations: Sequence[tuple[str, tuple[Any, ...], object]]) -> list[int]:
    return [sys.getrefcount(blank) for _, _, blank in operations]
