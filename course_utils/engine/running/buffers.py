"""Memory for a step's matrices at all time steps, and the programs bound to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from course_utils.engine import kernels
from course_utils.engine.compiling.graph import Instruction, Slot, Step


class Workspace:
    """Memory for one minibatch after another. What the system gives anew takes a microsecond for each 4 KiB."""

    def __init__(self) -> None:
        self._memory: Memory | None = None

    def memory(self, step: Step, num_steps: int, like: Tensor) -> Memory:
        """For another minibatch: that of the last one, if it is alike and has ended; it is given up if not."""
        if self._memory is None or not self._memory.is_free or not self._memory.fits(step, num_steps, like):
            self._memory = Memory(step, num_steps, like)
        self._memory.is_free = False
        return self._memory


# What NumPy is faster in: half a microsecond for each call, and tanh takes it a quarter of the time on some CPUs.
_NUMPYS = {torch.add: np.add, torch.sub: np.subtract, torch.mul: np.multiply, torch.tanh: np.tanh}


# A function, its operands and the place of its result at each step.
Bound = tuple[Callable, Sequence[tuple[Any, ...]], Sequence[Any]]


class Memory(dict[Slot, Sequence[Tensor]]):
    """A place for a step's matrices at each of `T` steps, by slots, and its programs bound to them.

    All matrices of a slot are one tensor `(T, B, N)`, or they are one matrix. Every minibatch writes over the last.
    """

    def __init__(self, step: Step, num_steps: int, like: Tensor) -> None:
        super().__init__()
        self.step, self.num_steps, self.is_free = step, num_steps, True
        self.weights: dict[int, Tensor] = {}  # of gates, side by side
        self._like = torch.zeros_like(like)  # (B, any number)
        self._stacked: dict[Slot, Tensor] = {}
        self._bound: dict[Instruction, Bound] = {}
        self._users: dict[Slot, list[Instruction]] = {}
        for instruction in (*step.forward, *step.backward):
            for slot in (*instruction.operands, instruction.result):
                self._users.setdefault(slot, []).append(instruction)
        self._make_room()

    def fits(self, step: Step, num_steps: int, like: Tensor) -> bool:
        kinds = [(tensor.shape, tensor.dtype, tensor.device) for tensor in (like, self._like)]
        return step is self.step and num_steps == self.num_steps and kinds[0] == kinds[1]

    def place(self, slot: Slot, num_columns: int) -> Tensor:
        """`(T, B, N)`, the same every time."""
        if slot not in self._stacked:
            self._stacked[slot] = self._like.new_empty(self.num_steps, len(self._like), num_columns)
        return self._stacked[slot]

    def all_steps(self, slot: Slot) -> Tensor:
        """`(T, B, N)`. A slot of gates has the columns behind its name."""
        kind, number, *columns = slot
        return self._stacked[kind, number][..., slice(*columns)] if columns else self._stacked[slot]

    def put(self, slot: Slot, matrices: Sequence[Tensor]) -> None:
        """One for each step, in the place of what was there."""
        self[slot] = matrices
        for instruction in self._users.get(slot, ()):
            self._bound.pop(instruction, None)

    def share(self, slot: Slot, matrix: Tensor) -> None:
        self.put(slot, [matrix] * self.num_steps)

    def take_weights(self, number: int, weights: Sequence[Tensor]) -> None:
        """Of gates."""
        if len(weights) > 1 and number in self.weights:
            torch.cat(weights, 1, out=self.weights[number])
        else:
            self.weights[number] = torch.cat(weights, 1) if len(weights) > 1 else weights[0]

    def take_errors(self, q: int, error: Tensor | None) -> None:
        """The gradient `(T, B, N)` of a node from outside of the loop, if there is one."""
        zeros = self["zeros", q]
        steps = zeros if error is None else error.unbind()
        self.put(("error", q), steps)
        self.put(("error before", q), [zeros[0], *steps[:-1]])

    def keep_gates(self) -> None:
        """For another backward pass to come: their gradients get memory of their own."""
        for number in range(len(self.step.gates)):
            self._stacked["d gates", number] = torch.empty_like(self._stacked["gates", number])
        for slot in [slot for slot in self if slot[0] == "d gates"]:
            del self[slot]
        self._bound.clear()

    def run(self, program: Sequence[Instruction], times: Iterable[int]) -> None:
        bound = [self._bound.get(instruction) or self._bind(instruction) for instruction in program]
        with np.errstate(all="ignore"):  # as torch says nothing of an infinity
            for t in times:
                for function, operands, results in bound:
                    function(*operands[t], out=results[t])

    def _bind(self, instruction: Instruction) -> Bound:
        function, slots, result = instruction
        operands, results = list(zip(*(self[slot] for slot in slots), strict=True)), self[result]
        if function in _NUMPYS and self._like.device.type == "cpu":
            bound = _by_numpy(_NUMPYS[function], operands, results)
        else:
            bound = kernels.of_packed(function, operands[0][-1]), operands, results
        self._bound[instruction] = bound
        return bound

    def __missing__(self, slot: Slot) -> Sequence[Tensor]:
        kind, number, *_ = slot
        if kind == "number":
            self.share(slot, self._like.new_full((), number))  # no copy from the host, as new_tensor is
        elif kind == "zeros":
            self.share(slot, self._like.new_zeros(len(self._like), self.step.widths[number]))
        else:
            self[slot] = self.all_steps(slot).unbind()
        return self[slot]

    def _make_room(self) -> None:
        step, num_rows = self.step, len(self._like)
        for number, gates in enumerate(step.gates):
            place = self.place(("gates", number), gates.num_columns)
            # A gate's gradient goes to the gate's place, which is in the cache, if no product has it as left operand.
            is_left = any(step.place(other.left)[:2] == ("gates", number) for other in step.gates)
            self._stacked["d gates", number] = torch.empty_like(place) if is_left else place
            self._stacked["d values", number] = self._like.new_empty(num_rows, gates.num_columns).expand_as(place)
        for q in step.initial:
            values = self._like.new_empty(self.num_steps + 1, num_rows, step.widths[q])
            self._stacked["before", q], self._stacked["value", q] = values[:-1], values[1:]
            # What comes from the step after and what goes to the one before lie in two places in turn.
            places = self._like.new_empty(2, num_rows, step.widths[q]).unbind()
            self["gradient", q] = [places[t % 2] for t in range(self.num_steps)]
            self["carry", q] = [places[(t + 1) % 2] for t in range(self.num_steps)]
        for kind, number, *_ in (instruction.result for instruction in (*step.forward, *step.backward)):
            if kind == "value" and number in step.kept:
                self.place((kind, number), step.widths[number])
            elif kind in ("difference", "through") or (kind in ("value", "gradient") and number not in step.initial):
                self.share((kind, number), self._like.new_empty(num_rows, step.widths[number]))


def _by_numpy(function: Callable, operands: Sequence[tuple[Tensor, ...]], results: Sequence[Tensor]) -> Bound:
    return function, [tuple(X.numpy() for X in of_step) for of_step in operands], [Y.numpy() for Y in results]
