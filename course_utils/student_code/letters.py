"""Shapes in the letters of the task: (B, H) for a tensor (32, 256), from the sizes of the call itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from torch import Tensor


class Letters:
    """What each size stands for: T steps, B rows, V characters, H hidden units, and sums and multiples of them.

    A size that stands for two of them is left as a number, so that no letter is a guess.
    """

    def __init__(self, steps: int, batch_size: int, vocab_size: int, num_hiddens: int) -> None:
        base = {"T": steps, "B": batch_size, "V": vocab_size, "H": num_hiddens}
        times = Counter(base.values())
        self._letters = {size: letter for letter, size in base.items() if times[size] == 1 and size > 1}
        for written, size in (
            ("2H", 2 * num_hiddens),
            ("V+H", vocab_size + num_hiddens),
            ("3H", 3 * num_hiddens),
            ("4H", 4 * num_hiddens),
        ):
            if size not in base.values():
                self._letters.setdefault(size, written)
        rows = {steps * batch_size: "T*B", 2 * batch_size: "2B", steps + 1: "T+1"}
        self._rows = {size: written for size, written in rows.items() if size not in self._letters}

    @staticmethod
    def of_call(arguments: Sequence[Any]) -> Letters | None:
        """The letters of a call `function(inputs, state, params)`; None for a call of another kind."""
        if len(arguments) < 2 or not all(isinstance(argument, list | tuple) and argument for argument in arguments[:2]):
            return None
        X, H = arguments[0][0], arguments[1][0]
        if not (isinstance(X, Tensor) and isinstance(H, Tensor) and X.dim() == H.dim() == 2):
            return None
        return Letters(len(arguments[0]), X.shape[0], X.shape[1], H.shape[1])

    def size(self, size: int) -> str:
        """One size as a letter, or as its number."""
        return self._letters.get(size, str(size))

    def shape(self, shape: Sequence[int]) -> str:
        """A shape as it is written in the text: `(B, H)`, `(H,)`."""
        first, *others = [*map(self.size, shape)] or [""]
        if others and all(written in ("B", "V", "H") for written in others):  # a minibatch's rows, or many such
            first = self._rows.get(shape[0], first)
        return f"({', '.join([first, *others])}{',' if len(shape) == 1 else ''})"


class Numbers(Letters):
    """Where the sizes of a call are not known, shapes stay as they are."""

    def __init__(self) -> None:
        self._letters, self._rows = {}, {}
