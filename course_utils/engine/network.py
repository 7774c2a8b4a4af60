"""The engine's face for a network that a student wrote, called as one function of a minibatch."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress

import torch
from torch import Tensor

from course_utils.data.batches import to_onehot
from course_utils.engine.intercept import TraceFailed, TracingMode
from course_utils.engine.tracing.trace import Trace

Network = Callable[[list[Tensor], Sequence[Tensor], Sequence[Tensor]], tuple[Sequence[Tensor], Sequence[Tensor]]]


class TracedNetwork:
    """A student's `rnn(inputs, state, params) -> (outputs, state)`, of one-hot inputs and scores `(B, V)` per step.

    It is traced, and computed with all steps together, until it turns out not to allow that; then it is run as it is
    written. The environment variable `COURSE_TRACE=0` has it run so from the beginning, with nothing between it and
    torch.
    """

    def __init__(self, rnn: Network, vocab_size: int) -> None:
        self._rnn, self._vocab_size = rnn, vocab_size
        self._is_off = os.environ.get("COURSE_TRACE") == "0"
        self._trace = None if self._is_off else Trace()

    @property
    def is_tracing(self) -> bool:
        """Whether the next minibatch will be traced. Rounding depends on it, so a checkpoint must know."""
        return self._trace is not None

    @is_tracing.setter
    def is_tracing(self, is_tracing: bool) -> None:
        """Switch tracing on again or off; it stays off under `COURSE_TRACE=0`."""
        self._trace = Trace() if is_tracing and not self._is_off else None

    def __call__(self, X: Tensor, state: Sequence[Tensor], params: Sequence[Tensor]) -> tuple[Tensor, Sequence[Tensor]]:
        """Indices `(B, T)` to scores `(T*B, V)`, time-major, and the new state. Can be differentiated once."""
        if self._is_off:
            outputs, state = self._rnn(to_onehot(X, self._vocab_size), state, params)
            return torch.cat(list(outputs)), state  # T x (B, V) -> (T*B, V)
        with suppress(TraceFailed):
            return self._run(X, state, params)
        self._trace = None
        return self._run(X, state, params)

    def _run(self, X: Tensor, state: Sequence[Tensor], params: Sequence[Tensor]) -> tuple[Tensor, Sequence[Tensor]]:
        inputs = to_onehot(X, self._vocab_size)  # T x (B, V)
        with TracingMode(inputs, X.T, self._trace, state) as mode:
            outputs, state = self._rnn(inputs, state, params)
        scores = mode.scores(outputs, state)  # T x (B, V) -> (T*B, V)
        if not mode.is_tracing:
            self._trace = None
        return scores, state
