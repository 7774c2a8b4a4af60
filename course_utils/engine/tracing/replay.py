"""A minibatch that does what the last one did: its calls are only compared with the last one's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from course_utils.engine.tracing.recording import Recording
from course_utils.engine.tracing.repeating_step import Plan


class Replay:
    """The last minibatch's recording and plan, with the places where this one's inputs and state go.

    `given` are the last minibatch's inputs, `num_inputs` of them, and its state.
    """

    def __init__(self, recording: Recording, plan: Plan, given: Sequence[Tensor], num_inputs: int) -> None:
        self.plan = plan
        self.num_replayed = len(recording.calls)  # calls of the last minibatch that this one has made again
        self._recording, self._num_inputs, self._given = recording, num_inputs, given
        self._has_ended = False
        self._kinds = self._kinds_of(given)
        numbers = {id(tensor): number for number, tensor in enumerate(given)}
        results = {id(recording.results[i]): i for i in plan.returned if i >= 0}
        # A call's operands, a position among them, and which of the given or returned tensors is there.
        self._given_operands: list[tuple[list[Any], int, int]] = []
        self._returned_operands: dict[int, list[tuple[list[Any], int]]] = {i: [] for i in results.values()}
        for _, operands in recording.calls:
            for position, operand in enumerate(operands):
                if id(operand) in numbers:
                    self._given_operands.append((operands, position, numbers[id(operand)]))
                elif id(operand) in results:
                    self._returned_operands[results[id(operand)]].append((operands, position))
        self._given_leaves = [(leaf, numbers[id(X)]) for leaf, X in enumerate(recording.leaves) if id(X) in numbers]

    def can_replay(self, given: Sequence[Tensor], state: Sequence[Tensor]) -> bool:
        """Puts another minibatch's inputs and state where the last one's were, if they are of the same kind."""
        if not self._has_ended or self._kinds != self._kinds_of(given):
            return False
        recording = self._recording
        self._has_ended, self.num_replayed, self._given = False, 0, given
        recording.like, recording.state = given[0], state
        for operands, position, number in self._given_operands:
            operands[position] = given[number]
        for leaf, number in self._given_leaves:
            recording.leaves[leaf] = given[number]
            recording.know_leaf(leaf)
        self._guarded = self._guard_state()
        return recording.leaves_fit()

    def _kinds_of(self, given: Sequence[Tensor]) -> list[object]:
        """Of the inputs, which are all of one kind, and of the state."""
        return [len(given), *map(_kind, given[self._num_inputs - 1 :])]

    def replay_next(self, kind: str, operands: tuple[Any, ...]) -> Tensor | None:
        """The result of a call that is the last minibatch's next one."""
        number = self.num_replayed
        recording = self._recording
        if number == len(recording.calls):
            return None
        expected, expected_operands = recording.calls[number]
        if (
            kind is not expected
            or len(operands) != len(expected_operands)
            or operands[0] is not expected_operands[0]
            or operands[-1] is not expected_operands[-1]
        ):
            return None
        self.num_replayed = number + 1
        return recording.results[number]

    def is_complete(self) -> bool:
        """Whether all calls were made again."""
        return self.num_replayed == len(self._recording.calls)

    def guards_fail(self) -> bool:
        """Whether operands of calls that were replayed have changed, before or after."""
        return self.num_replayed > 0 and self._guarded != self._guard_state()

    def end(self) -> None:
        """Lets go of the minibatch: other placeholders take the place of those that were returned."""
        recording = self._recording
        for operands, position, _ in self._given_operands:
            operands[position] = None
        for leaf, _ in self._given_leaves:
            recording.forget_leaf(leaf)
        for i, uses in self._returned_operands.items():
            placeholder = recording.replace_result(i)
            for operands, position in uses:
                operands[position] = placeholder
        self._given, recording.state = (), ()
        del recording.like
        self._has_ended = True

    def _guard_state(self) -> list[object]:
        """What would be noticed at a call that is traced."""
        inputs = [(X._version, X.requires_grad) for X in self._given[: self._num_inputs]]
        return inputs + [leaf.shape for leaf in self._recording.leaves if isinstance(leaf, Tensor)]


def _kind(X: Tensor) -> object:
    return type(X), X.shape, X.dtype, X.device
