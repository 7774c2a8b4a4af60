"""The operations of a student's recurrent network, traced instead of done.

Nothing has to be computed before the function returns. Until then its results are placeholders; then, if all time
steps were alike, they are computed together (`running/`). If not, or as soon as anything needs more of a placeholder
than its shape, the traced operations are run eagerly, and the placeholders become their results.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from course_utils.engine.compiling.graph import LOOKUP, MUL, OPERATORS, PRODUCT, SUB
from course_utils.engine.kernels import ACTIVATIONS
from course_utils.engine.ownership import are_marked, are_written, outlast
from course_utils.engine.running.buffers import Workspace
from course_utils.engine.running.execute import Unrolled
from course_utils.engine.torch_private import become
from course_utils.engine.tracing.recording import Placeholders, Recording
from course_utils.engine.tracing.repeating_step import Plan, find_plan, others_are_held
from course_utils.engine.tracing.replay import Replay

RSUB, NEG = "rsub", "neg"  # b - a of (a, b), and -a: traced as SUB and MUL

_FUNCTIONS = OPERATORS | {"sigmoid": torch.sigmoid, "tanh": torch.tanh, RSUB: torch.rsub, NEG: torch.neg}


class Trace:
    """The operations of one minibatch after another, on one-hot matrices, other matrices and vectors of their kind.

    Each method for an operation returns a placeholder, or `None` if it has to be done as it is written, after
    `run_eagerly`. As long as a minibatch does what the last one did, `replay` has all that is needed.
    """

    def __init__(self) -> None:
        self.replay: Replay | None = None
        self._workspace = Workspace()
        self._pools: dict[object, Placeholders] = {}

    def __reduce__(self) -> tuple[type, tuple]:
        """A copy begins empty: a trace knows tensors by their ids."""
        return type(self), ()

    def begin(self, inputs: Sequence[Tensor], indices: Tensor, state: Sequence[Tensor]) -> None:
        """Another minibatch: `T` one-hot matrices `(B, V)`, their indices `(T, B)`, and a state, taken for constant."""
        like = inputs[0]
        self._given, self._indices, self._is_stale = [*inputs, *state], indices, False
        self._num_steps, self._batch_size = indices.shape
        key = like.dtype, like.device, self._batch_size
        if key not in self._pools:
            self._pools[key] = Placeholders(like, self._batch_size)
        self._pool = self._pools[key]
        if self.replay is None or not self.replay.can_replay(self._given, state):
            self.replay = None
            self._recording = Recording(like, state, self._pool, self._batch_size)

    @property
    def makes_placeholders(self) -> bool:
        """Whether it is making some just now."""
        return self._pool.is_making

    def is_empty(self) -> bool:
        """Whether nothing of this minibatch was traced or replayed."""
        return not (self._recording.calls if self.replay is None else self.replay.num_replayed)

    def holds(self, tensor: object) -> bool:
        """Whether it is one of the placeholders."""
        return self._recording.position(tensor) >= 0

    def is_valid(self) -> bool:
        """Whether no placeholder was changed by a way that nothing else sees, and no operand that was replayed."""
        fails = self._is_stale or (self.replay is not None and self.replay.guards_fail())
        return not fails and not are_written(self._recording.results)

    def lookup(self, t: int, X: Tensor, W: Tensor) -> Tensor | None:
        """`X @ W`, the rows `indices[t]` of `W`: `(B, V) @ (V, N) -> (B, N)`."""
        self.stop_replaying()
        weight = self._recording.find(W)
        if weight is None or weight.position >= 0 or weight.rows != X.shape[1]:
            return None
        self._recording.times.append(t)
        return self._recording.add(PRODUCT, [X, W], LOOKUP, (weight.position,), weight.columns)

    def product(self, left: Tensor, W: Tensor) -> Tensor | None:
        """`(B, K) @ (K, N) -> (B, N)`."""
        self.stop_replaying()
        operand, weight = self._recording.find(left), self._recording.find(W)
        if operand is None or weight is None or operand.rows != self._batch_size:
            return None
        if weight.position >= 0 or weight.rows != operand.columns:
            return None
        refs = self._recording.ref(operand), weight.position
        return self._recording.add(PRODUCT, [left, W], PRODUCT, refs, weight.columns)

    def elementwise(self, kind: str, operands: tuple[Any, ...]) -> Tensor | None:
        """An activation of a matrix `(B, N)`, or arithmetic of one with another, a vector `(N,)` or a number."""
        if len(operands) != (1 if kind in ACTIVATIONS or kind is NEG else 2):
            return None
        self.stop_replaying()
        refs, num_columns, is_matrix = [], 0, False
        for operand in operands:
            known = self._recording.find(operand)
            if known is None or known.rows not in (0, self._batch_size):
                return None
            if known.columns and num_columns not in (0, known.columns):
                return None
            num_columns = num_columns or known.columns
            is_matrix = is_matrix or known.rows > 0
            refs.append(self._recording.ref(known))
        if not is_matrix:
            return None
        op = kind
        if kind is RSUB:
            op, refs = SUB, refs[::-1]
        elif kind is NEG:
            op, refs = MUL, [*refs, self._recording.number(-1.0).position]
        return self._recording.add(kind, list(operands), op, tuple(refs), num_columns)

    def stop_replaying(self) -> None:
        """What follows is not what the last minibatch did: it is traced."""
        if self.replay is not None:
            self._is_stale = self.replay.guards_fail()
            self._recording.truncate(self.replay.num_replayed)
            self.replay = None

    def run_eagerly(self, lookup: Callable[[int, Tensor], Tensor], product: Callable[[Tensor, Tensor], Tensor]) -> None:
        """Does all operations in their order. Placeholders become their results."""
        self.stop_replaying()
        recording, times = self._recording, iter(self._recording.times)
        with torch.inference_mode(False), torch.enable_grad():
            for (kind, operands), placeholder, (op, _) in zip(
                recording.calls, recording.results, recording.ops, strict=True
            ):
                if op == LOOKUP:
                    become(placeholder, lookup(next(times), operands[1]))
                else:
                    function: Any = product if op == PRODUCT else _FUNCTIONS[kind]
                    become(placeholder, function(*operands))

    def scores(self, outputs: Sequence[Tensor], state: Sequence[Tensor]) -> Tensor | None:
        """`torch.cat(outputs)` `(T*B, V)`, computed with all steps together, as are the state's placeholders.

        `None` if the steps differ, or if other results are in use: nothing has changed then.
        """
        plan = self._plan(outputs, state)
        if plan is None or others_are_held(self._recording, plan):
            return None
        returned = {i: tensor for i, tensor in zip(plan.returned, (*outputs, *state), strict=True) if i >= 0}
        leaves = list(self._recording.leaves)
        self._end(plan)
        unrolled = Unrolled(plan.step, leaves, self._indices[plan.order], self._workspace)
        scores = unrolled.results(plan.score).flatten(0, 1)  # (T, B, V) -> (T*B, V)
        if plan.score in plan.step.recurrent:
            scores = scores.clone()  # not in the memory of the loop, which is overwritten
        rows = torch.unsafe_split(scores, self._batch_size)  # (B, V) each
        parts = dict(zip(plan.returned[: len(outputs)], rows, strict=True))
        for (i, tensor), outlasts in zip(returned.items(), outlast(returned), strict=True):
            t, node = divmod(i, plan.calls_per_step)
            part = parts[i] if i in parts else unrolled.results(node)[t]  # (B, N)
            # A clone if it is there for longer than the others, whose memory it must not keep.
            become(tensor, part.clone() if outlasts or i not in parts else part)
        return scores

    def _plan(self, outputs: Sequence[Tensor], state: Sequence[Tensor]) -> Plan | None:
        """How to compute what is returned with all steps together, if that is possible."""
        returned = [self._recording.position(tensor) for tensor in (*outputs, *state)]
        if self.replay is not None and self.replay.is_complete() and self.replay.plan.returned == returned:
            return self.replay.plan
        self.stop_replaying()
        return find_plan(self._recording, self._num_steps, len(outputs), returned)

    def _end(self, plan: Plan) -> None:
        """Keeps the recording for the next minibatch, if that can replay it."""
        recording = self._recording
        if are_marked(recording.results) or (self.replay is None and not recording.can_come_again()):
            self.replay = None
            self._recording = Recording(self._given[0], (), self._pool, self._batch_size)
        else:
            self.replay = self.replay or Replay(recording, plan, self._given, self._num_steps)
            self.replay.end()
        self._given = []
