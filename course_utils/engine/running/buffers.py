"""Memory for a step's matrices at all time steps, and the programs bound to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from course_utils.engine import kernels
from course_utils.engine.compiling.graph import Buffer, Instruction, Kind, Step

_BOUND_LATE = {Kind.WEIGHTS, Kind.WEIGHTS_BACK, Kind.OUTPUT_GRADIENT, Kind.OUTPUT_GRADIENT_BEFORE}


class Workspace:
    """Memory for one minibatch after another. New memory takes the system a microsecond per 4 KiB."""

    def __init__(self) -> None:
        self._memory: Memory | None = None

    def memory(self, step: Step, num_steps: int, like: Tensor) -> Memory:
        """For another minibatch: that of the last one, if it is alike and has ended; it is given up if not."""
        if self._memory is None or not self._memory.is_free or not self._memory.fits(step, num_steps, like):
            self._memory = Memory(step, num_steps, like)
        self._memory.is_free = False
        return self._memory


class _Bound(NamedTuple):
    """An instruction's function, operands and result at each step."""

    function: Callable
    operands: Sequence[tuple[Tensor, ...]]
    results: Sequence[Tensor]


class Memory:
    """Memory for a step's buffers at `T` steps, and its programs bound to it.

    The matrices of a buffer are one tensor `(T, B, N)`, or the same matrix at all steps. Every minibatch overwrites the
    last one's.
    """

    def __init__(self, step: Step, num_steps: int, like: Tensor) -> None:
        self.step, self.num_steps, self.is_free = step, num_steps, True
        self.weights: dict[int, Tensor] = {}  # of fused products, side by side
        self._like = torch.zeros_like(like)  # (B, N)
        self._whole: dict[tuple[Kind, int | float], Tensor] = {}  # (T, B, N)
        self._matrices: dict[Buffer, Sequence[Tensor]] = {}
        self._bound: dict[Instruction, _Bound] = {}
        self._users: dict[Buffer, list[Instruction]] = {}
        for instruction in (*step.forward, *step.backward):
            for buffer in (*instruction.operands, instruction.result):
                self._users.setdefault(buffer, []).append(instruction)
        self._allocate()

    def fits(self, step: Step, num_steps: int, like: Tensor) -> bool:
        """Whether it is memory for such a minibatch."""
        kinds = [(tensor.shape, tensor.dtype, tensor.device) for tensor in (like, self._like)]
        return step is self.step and num_steps == self.num_steps and kinds[0] == kinds[1]

    def all_steps(self, buffer: Buffer) -> Tensor:
        """`(T, B, N)`."""
        return self._whole[buffer[:2]][..., buffer.start : buffer.stop]

    def at(self, buffer: Buffer, t: int) -> Tensor:
        """The matrix of one step."""
        return self._matrices[buffer][t]

    def bind(self, buffer: Buffer, matrices: Sequence[Tensor]) -> None:
        """Replaces a buffer's matrices, one for each step."""
        self._matrices[buffer] = matrices
        for instruction in self._users.get(buffer, ()):
            self._bound.pop(instruction, None)

    def broadcast(self, buffer: Buffer, matrix: Tensor) -> None:
        """Makes a buffer one matrix at all steps."""
        self.bind(buffer, [matrix] * self.num_steps)

    def pack_weights(self, number: int, weights: Sequence[Tensor]) -> None:
        """Puts a fused product's weights side by side, as the loop multiplies fastest by them."""
        if len(weights) > 1 and number in self.weights:
            torch.cat(list(weights), 1, out=self.weights[number])  # (K, N)
        else:
            self.weights[number] = torch.cat(list(weights), 1) if len(weights) > 1 else weights[0]  # (K, N)
        self.broadcast(Buffer(Kind.WEIGHTS, number), kernels.packed(self.weights[number], len(self._like)))

    def pack_weights_back(self) -> None:
        """The same for the backward pass."""
        for number, W in self.weights.items():
            self.broadcast(Buffer(Kind.WEIGHTS_BACK, number), kernels.packed(W.t(), len(self._like)))

    def bind_output_gradient(self, q: int, G: Tensor | None) -> Tensor:
        """Binds the gradient `(T, B, N)` of node `q` from outside of the loop. Returns that of the last step."""
        zeros = self._like.new_zeros(len(self._like), self.step.widths[q])  # (B, N)
        steps = [zeros] * self.num_steps if G is None else list(G.unbind())  # (B, N) each
        self.bind(Buffer(Kind.OUTPUT_GRADIENT, q), steps)
        self.bind(Buffer(Kind.OUTPUT_GRADIENT_BEFORE, q), [zeros, *steps[:-1]])
        return steps[-1]

    def run(self, program: Sequence[Instruction], times: Iterable[int]) -> None:
        """Runs a program at one step after another."""
        bound = [self._bound.get(instruction) or self._bind_instruction(instruction) for instruction in program]
        for t in times:
            for function, operands, results in bound:
                function(*operands[t], out=results[t])

    def _bind_instruction(self, instruction: Instruction) -> _Bound:
        function, buffers, result = instruction
        operands = list(zip(*(self._matrices[buffer] for buffer in buffers), strict=True))
        bound = _Bound(kernels.of_packed(function, operands[0][-1]), operands, self._matrices[result])
        self._bound[instruction] = bound
        return bound

    def _allocate(self) -> None:
        step = self.step
        for i, num_columns in enumerate(step.input_widths):
            self._whole[Kind.INPUT, i] = self._new(self.num_steps, num_columns)
            self._whole[Kind.INPUT_GRADIENT, i] = self._new(self.num_steps, num_columns)
        for number in range(len(step.products)):
            self._allocate_product(number)
        for q in step.initial:
            self._allocate_state(q)
        for q in step.kept:
            self._whole[Kind.VALUE, q] = self._new(self.num_steps, step.widths[q])
        for buffer in self._users:
            if buffer[:2] in self._whole:
                self._matrices[buffer] = self.all_steps(buffer).unbind()
            elif buffer.kind is Kind.NUMBER:
                self.broadcast(
                    buffer, self._like.new_full((), buffer.node)
                )  # () no copy from the host, unlike new_tensor
            elif buffer not in self._matrices and buffer.kind not in _BOUND_LATE:
                self.broadcast(buffer, self._new(1, step.widths[buffer.node])[0])

    def _allocate_product(self, number: int) -> None:
        values = self._new(self.num_steps, self.step.products[number].num_columns)  # (T, B, N)
        # A gradient takes the place of its value, which is in the cache, unless a product has that as its left operand.
        is_left = any(self.step.buffer(other.left)[:2] == (Kind.FUSED, number) for other in self.step.products)
        self._whole[Kind.FUSED, number] = values
        self._whole[Kind.FUSED_GRADIENT, number] = torch.empty_like(values) if is_left else values  # (T, B, N)
        self._whole[Kind.ACTIVATION_GRADIENT, number] = self._new(1, values.shape[-1]).expand_as(values)  # (T, B, N)

    def _allocate_state(self, q: int) -> None:
        num_columns = self.step.widths[q]
        values = self._new(self.num_steps + 1, num_columns)  # (T + 1, B, N)
        self._whole[Kind.BEFORE, q], self._whole[Kind.VALUE, q] = values[:-1], values[1:]
        # What comes from the step after and what goes to the one before are in two places in turn.
        places = self._new(2, num_columns)  # (2, B, N)
        self._matrices[Buffer(Kind.GRADIENT, q)] = [places[t % 2] for t in range(self.num_steps)]
        self._matrices[Buffer(Kind.STATE_GRADIENT, q)] = [places[(t + 1) % 2] for t in range(self.num_steps)]

    def _new(self, num_steps: int, num_columns: int) -> Tensor:
        return self._like.new_empty(num_steps, len(self._like), num_columns)  # (num_steps, B, N)
