"""The operations of a student's recurrent network, written down in the place of being done.

Nothing has to be computed before the function returns. Until then its results are handed out blank; then, if all time
steps were alike, they are computed together (`unrolled.py`). If not, or as soon as anything wants to know more of a
blank tensor than its shape, what is on the tape is done as it was written, and the blank tensors become the real ones.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

import torch
from torch import Tensor
from torch._C import _swap_tensor_impl

from course_utils.engine.compiling.graph import LOOKUP, MUL, OPERATORS, PRODUCT, SUB, Node, Ref, Step
from course_utils.engine.compiling.lowering import compiled
from course_utils.engine.eligibility import is_plain
from course_utils.engine.kernels import ACTIVATIONS
from course_utils.engine.ownership import are_unchanged, outlast, references
from course_utils.engine.running.buffers import Workspace
from course_utils.engine.running.execute import Unrolled

RSUB, NEG = "rsub", "neg"  # b - a of (a, b), and -a: written down as SUB and MUL

_LEAF = -1, -1, -1  # of no shape
_AT_ONCE = 64  # blank tensors made by one call
_EXACT = 2**53  # integers below are floats too

_FUNCTIONS = OPERATORS | {"sigmoid": torch.sigmoid, "tanh": torch.tanh, RSUB: torch.rsub, NEG: torch.neg}

_VERSION = attrgetter("_version")


class Tape:
    """The operations of one minibatch after another, on one-hot matrices, other matrices and vectors of their kind.

    What is asked of it gives a blank tensor, or `None` if it has to be done as it is written, after `rewind`. As long
    as a minibatch does what the last one did, nothing needs to be found out anew, and `again` is all that is needed.
    """

    def __init__(self) -> None:
        self._workspace = Workspace()
        self._pools: dict[object, dict[int, list[Tensor]]] = {}  # of blank tensors, by their number of columns
        self.makes_blanks = False  # just now
        self._forget()

    def __reduce__(self) -> tuple[type, tuple]:
        """A copy begins empty: what is known here is known by the tensors' ids."""
        return type(self), ()

    def begin(self, inputs: Sequence[Tensor], indices: Tensor, state: Sequence[Tensor]) -> None:
        """Another minibatch: `T` one-hot matrices `(B, V)`, their indices `(T, B)`, and a state, taken for constant."""
        self._like, self._indices, self._state, self._given = inputs[0], indices, state, [*inputs, *state]
        self._num_steps, self._batch_size = indices.shape
        self._is_stale = False
        self._blanks = self._pools.setdefault((self._like.dtype, self._like.device, self._batch_size), {})
        if not self._expects_the_last():
            self._forget()

    def _forget(self) -> None:
        # Calls with their operands as they came, their blank results, and the same as a step has it: with the
        # distances of earlier results as operands, and -1, -2, ... for leaves.
        self._calls: list[tuple[str, list[Any]]] = []
        self._results: list[Tensor] = []
        self._relative: list[tuple[str, tuple[int, ...]]] = []
        # By a tensor's id, its call or -1, -2, ... for a leaf; its rows, 0 for a vector; its columns.
        self._known: dict[int, tuple[int, int, int]] = {}
        self._leaves: list[Tensor | float | None] = []
        self._numbers: dict[float, int] = {}  # -1, -2, ...
        self._times: list[int] = []  # of the lookups
        self._last: _Last | None = None
        self._num_again: int | None = None  # calls of the last minibatch that have come again, if all have so far

    def is_empty(self) -> bool:
        return not (self._calls if self._num_again is None else self._num_again)

    def holds(self, tensor: object) -> bool:
        """Whether it is one of the blank tensors."""
        return self._known.get(id(tensor), _LEAF)[0] >= 0

    def is_intact(self) -> bool:
        """Whether no blank tensor was changed by a way that nothing else sees, and nothing that came again."""
        are_blank = not any(map(_VERSION, self._results))
        return are_blank and not self._is_stale and not self._look_otherwise()

    def again(self, kind: str, operands: tuple[Any, ...]) -> Tensor | None:
        """The result of a call that is the last minibatch's next one."""
        number = self._num_again
        if number is None or number == len(self._calls):
            return None
        expected, expected_operands = self._calls[number]
        if (
            kind is not expected
            or len(operands) != len(expected_operands)
            or operands[0] is not expected_operands[0]
            or operands[-1] is not expected_operands[-1]
        ):
            return None
        self._num_again = number + 1
        return self._results[number]

    def lookup(self, t: int, X: Tensor, W: Tensor) -> Tensor | None:
        """`X @ W`, the rows `indices[t]` of `W`."""
        self.go_on_anew()
        weight, rows, num_columns = self._found(W) or _LEAF
        if weight >= 0 or rows != self._like.shape[1]:
            return None
        self._times.append(t)
        return self._write(PRODUCT, [X, W], (LOOKUP, (weight,)), num_columns)

    def product(self, left: Tensor, W: Tensor) -> Tensor | None:
        """`(B, K) @ (K, N)`."""
        self.go_on_anew()
        position, batch_size, num_shared = self._found(left) or _LEAF
        weight, rows, num_columns = self._found(W) or _LEAF
        if weight >= 0 or batch_size != self._batch_size or rows != num_shared:
            return None
        return self._write(PRODUCT, [left, W], (PRODUCT, (self._ref(position), weight)), num_columns)

    def elementwise(self, kind: str, operands: tuple[Any, ...]) -> Tensor | None:
        """An activation of a matrix `(B, N)`, or arithmetic of one with another, a vector `(N,)` or a number."""
        if len(operands) != (1 if kind in ACTIVATIONS or kind is NEG else 2):
            return None
        self.go_on_anew()
        now, refs, num_columns, is_matrix = len(self._calls), [], 0, False
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
        if not is_matrix:
            return None
        op = kind
        if kind is RSUB:
            op, refs = SUB, refs[::-1]
        elif kind is NEG:
            op, refs = MUL, [*refs, self._number(-1.0)]
        return self._write(kind, list(operands), (op, tuple(refs)), num_columns)

    def rewind(self, lookup: Callable[[int, Tensor], Tensor], product: Callable[[Tensor, Tensor], Tensor]) -> None:
        """Does all operations in their order. Blank tensors become their results."""
        self.go_on_anew()
        times = iter(self._times)
        with torch.inference_mode(False), torch.enable_grad():
            for (kind, operands), blank, (op, _) in zip(self._calls, self._results, self._relative, strict=True):
                if op == LOOKUP:
                    result = lookup(next(times), operands[1])
                else:
                    result = (product if op == PRODUCT else _FUNCTIONS[kind])(*operands)
                _swap_tensor_impl(blank, result)

    def scores(self, outputs: Sequence[Tensor], state: Sequence[Tensor]) -> Tensor | None:
        """`torch.cat(outputs)` `(T*B, V)`, computed with all steps together, as are the state's blank tensors.

        `None` if the steps differ, or if other results are in use: nothing has changed then.
        """
        plan = self._plan(outputs, state)
        if plan is None or self._others_are_held(plan):
            return None
        returned = {i: tensor for i, tensor in zip(plan.returned, (*outputs, *state), strict=True) if i >= 0}
        of_scores = plan.returned[: len(outputs)]
        leaves = list(self._leaves)
        self._end(plan)
        unrolled = Unrolled(plan.step, leaves, self._indices[plan.order], self._workspace)
        scores = unrolled.results(plan.score).flatten(0, 1)
        if plan.score in plan.step.loop:
            scores = scores.clone()  # not in the memory of the loop, which is written over
        parts = dict(zip(of_scores, torch.unsafe_split(scores, self._batch_size), strict=True))
        for (i, tensor), outlasts in zip(returned.items(), outlast(returned), strict=True):
            t, node = divmod(i, plan.per_step)
            part = parts[i] if i in parts else unrolled.results(node)[t]
            # A clone if it is there for longer than the others, whose memory it must not keep.
            _swap_tensor_impl(tensor, part.clone() if outlasts or i not in parts else part)
        return scores

    def _plan(self, outputs: Sequence[Tensor], state: Sequence[Tensor]) -> _Plan | None:
        """How to compute what is returned with all steps together, if that is possible."""
        returned = [max(self._known.get(id(tensor), _LEAF)[0], -1) for tensor in (*outputs, *state)]
        if self._num_again == len(self._calls) and self._last.plan.returned == returned:
            return self._last.plan
        self.go_on_anew()
        per_step, rest = divmod(len(self._calls), self._num_steps)
        of_scores = returned[: len(outputs)]
        if (
            self._num_steps < 2
            or rest
            or of_scores != list(range(max(of_scores[0], 0), len(self._calls), per_step or 1))
        ):
            return None
        score, others = of_scores[0], tuple(sorted({i % per_step for i in returned if i >= 0}))
        order, step = self._order(), self._step(per_step, score, others)
        if order is None or step is None:
            return None
        return _Plan(per_step, step, score, order, returned, self._num_references(per_step))

    def _expects_the_last(self) -> bool:
        """Puts this minibatch's inputs and state in the place of the last one's, if they are of the same kind."""
        last = self._last
        if last is None or not last.has_ended or last.kinds != list(map(_kind, self._given)):
            return False
        last.has_ended, self._num_again = False, 0
        for operands, position, number in last.given:
            operands[position] = self._given[number]
        for leaf, number in last.leaves:
            self._leaves[leaf] = self._given[number]
            self._know_leaf(leaf)
        self._looks = self._looks_now()
        return all(
            self._is_alike(leaf) and self._known[id(leaf)][1:] == _sizes(leaf)
            for leaf in self._leaves
            if isinstance(leaf, Tensor)
        )

    def _looks_now(self) -> list[object]:
        """What would be noticed at a call that is written down anew."""
        inputs = [(X._version, X.requires_grad) for X in self._given[: self._num_steps]]
        return inputs + [leaf.shape for leaf in self._leaves if isinstance(leaf, Tensor)]

    def _look_otherwise(self) -> bool:
        """Whether calls came again, and their operands changed, before or after."""
        return bool(self._num_again) and self._looks != self._looks_now()

    def go_on_anew(self) -> None:
        """What follows is not what the last minibatch did."""
        if self._num_again is None:
            return
        self._is_stale = self._look_otherwise()
        rest = self._results[self._num_again :]
        for of_calls in (self._calls, self._results, self._relative):
            del of_calls[self._num_again :]
        del self._times[sum(op == LOOKUP for op, _ in self._relative) :]
        self._num_again = self._last = None
        for blank in rest:
            self._blanks[self._known.pop(id(blank))[2]].append(blank)

    def _end(self, plan: _Plan) -> None:
        """Keeps the calls for the next minibatch, with other blank tensors in the place of those that were returned."""
        if not are_unchanged(self._results) or (self._last is None and not self._can_come_again()):
            self._forget()
            return
        last = self._last = self._last or self._remembered(plan)
        for operands, position, _ in last.given:
            operands[position] = None
        for leaf, _ in last.leaves:
            self._known.pop(id(self._leaves[leaf]), None)
            self._leaves[leaf] = None
        for i, uses in last.returned.items():
            _, rows, columns = self._known.pop(id(self._results[i]))
            blank = self._results[i] = self._blank(columns)
            self._known[id(blank)] = i, rows, columns
            for operands, position in uses:
                operands[position] = blank
        last.has_ended = True
        self._given, self._state, self._like = [], (), None

    def _can_come_again(self) -> bool:
        """Whether all leaves were needed, and none was computed, which would keep its graph alive."""
        used = {ref for _, refs in self._relative for ref in refs if ref < 0}
        tensors = [leaf for leaf in self._leaves if isinstance(leaf, Tensor)]
        return len(used) == len(self._leaves) and all(tensor.is_leaf for tensor in tensors)

    def _found(self, operand: Any) -> tuple[int, int, int] | None:
        """What is known of an operand, or can be."""
        found = self._known.get(id(operand))
        if found is not None:
            return found
        if type(operand) is float or (type(operand) is int and abs(operand) < _EXACT):
            return self._number(operand), 0, 0
        if not self._is_alike(operand):
            return None
        self._leaves.append(operand)
        return self._know_leaf(len(self._leaves) - 1)

    def _know_leaf(self, leaf: int) -> tuple[int, int, int]:
        operand = self._leaves[leaf]
        found = self._known[id(operand)] = -1 - leaf, *_sizes(operand)
        return found

    def _number(self, number: float) -> int:
        if number not in self._numbers:
            self._leaves.append(float(number))
            self._numbers[number] = -len(self._leaves)
        return self._numbers[number]

    def _ref(self, position: int) -> int:
        return len(self._calls) - position if position >= 0 else position

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

    def _write(self, kind: str, operands: list[Any], step_has: tuple[str, tuple[int, ...]], num_columns: int) -> Tensor:
        blank = self._blank(num_columns)
        self._known[id(blank)] = len(self._calls), self._batch_size, num_columns
        self._calls.append((kind, operands))
        self._results.append(blank)
        self._relative.append(step_has)
        return blank

    def _blank(self, num_columns: int) -> Tensor:
        blanks = self._blanks.get(num_columns)
        return blanks.pop() if blanks else self._new_blank(num_columns)

    @torch.no_grad()
    def _new_blank(self, num_columns: int) -> Tensor:
        """One matrix `(B, N)` of NaN, in the memory of a number, and some more for later."""
        self.makes_blanks = True
        number = self._like.new_full((1, 1), math.nan)
        blanks = torch.unsafe_split(number.expand(_AT_ONCE * self._batch_size, num_columns), self._batch_size)
        self.makes_blanks = False
        self._blanks.setdefault(num_columns, []).extend(blanks[1:])
        return blanks[0]

    def _remembered(self, plan: _Plan) -> _Last:
        numbers = {id(tensor): number for number, tensor in enumerate(self._given)}
        blanks = {id(self._results[i]): i for i in plan.returned if i >= 0}
        last = _Last(plan, list(map(_kind, self._given)), returned={i: [] for i in blanks.values()})
        for _, operands in self._calls:
            for position, operand in enumerate(operands):
                if id(operand) in numbers:
                    last.given.append((operands, position, numbers[id(operand)]))
                elif id(operand) in blanks:
                    last.returned[blanks[id(operand)]].append((operands, position))
        last.leaves = [(leaf, numbers[id(X)]) for leaf, X in enumerate(self._leaves) if id(X) in numbers]
        return last

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
        widths = tuple(blank.shape[1] for blank in self._results[:per_step])
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
        return isinstance(leaf, Tensor) and leaf.shape == self._results[q].shape

    def _num_references(self, per_step: int) -> list[int]:
        """How many there are to each blank tensor if nobody but the tape holds it."""
        in_step, by_next = [0] * per_step, [0] * per_step  # how often each is an operand
        for q, (_, refs) in enumerate(self._relative[per_step : 2 * per_step]):
            for ref in refs:
                if ref > q:
                    by_next[q - ref] += 1
                elif ref > 0:
                    in_step[q - ref] += 1
        by_tape = references([object()])[0]
        in_all = [by_tape + now + later for now, later in zip(in_step, by_next, strict=True)]
        return in_all * (self._num_steps - 1) + [by_tape + now for now in in_step]

    def _others_are_held(self, plan: _Plan) -> bool:
        """Whether anybody but the tape holds blank tensors besides those that are returned."""
        found = enumerate(zip(references(self._results), plan.num_references, strict=True))
        return any(i not in plan.returned for i, (now, expected) in found if now > expected)


@dataclass
class _Plan:
    """How to compute all steps together."""

    per_step: int  # calls
    step: Step
    score: int  # node
    order: list[int]  # of the inputs
    returned: list[int]  # calls whose results are the outputs, and the state or -1
    num_references: list[int]


@dataclass
class _Last:
    """What there is to know of the last minibatch besides its calls."""

    plan: _Plan
    kinds: list[object]  # of the inputs and the state
    given: list[tuple[list[Any], int, int]] = field(default_factory=list)  # operands, position, which of these
    leaves: list[tuple[int, int]] = field(default_factory=list)  # leaf, which of these
    returned: dict[int, list[tuple[list[Any], int]]] = field(default_factory=dict)  # calls -> the uses of their results
    has_ended: bool = False


def _sizes(leaf: Tensor) -> tuple[int, int]:
    """Rows, 0 for a vector, and columns."""
    return tuple(leaf.shape) if leaf.dim() == 2 else (0, len(leaf))


def _kind(X: Any) -> object:
    return type(X), X.shape, X.dtype, X.device
