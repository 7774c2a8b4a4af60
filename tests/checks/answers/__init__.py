"""Students' answers, right and wrong, written by hand as a student would write them.

One file per part of an assignment and kind of mistake. A file registers its functions under a task with the decorators
below. What is decorated is the answer itself, or a class that is made again for every examination, for answers that
are objects or that keep something. `wrong` has the kind of the edit that must come first in the explanation, `habit`
words that the message must have.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Known:
    """An answer of which we know what a check must say.

    expects: the kind of the edit that explains it, or words of the message; empty for a right one.
    """

    task: str
    make: Callable[[], Callable[..., Any]]
    name: str
    expects: str = ""

    def __str__(self) -> str:
        return f"{self.task}-{self.name}"


RIGHT: list[Known] = []
WRONG: list[Known] = []
HABITS: list[Known] = []
REMARKS: list[Known] = []


def right(task: str):
    """An answer that must be accepted, whatever it looks like."""
    return _collect(RIGHT, task, "")


def wrong(task: str, kind: str):
    """An answer that must be rejected, and explained by an edit of this kind in the first place."""
    return _collect(WRONG, task, kind)


def habit(task: str, says: str):
    """An answer that must be rejected with a message that has these words."""
    return _collect(HABITS, task, says)


def remarked(task: str, says: str):
    """An answer that must be accepted with full points, and a remark that has these words."""
    return _collect(REMARKS, task, says)


def _collect(collection: list[Known], task: str, expects: str):
    def register(answer):
        make = answer if isinstance(answer, type) else lambda: answer
        collection.append(Known(task, make, answer.__name__, expects))
        return answer

    return register


from . import (  # noqa: E402, F401
    birnn_forward_habits,
    birnn_forward_right,
    birnn_forward_wrong_parameters,
    birnn_forward_wrong_states,
    birnn_forward_wrong_structure,
    deep_rnn_forward_habits,
    deep_rnn_forward_right,
    deep_rnn_forward_wrong_parameters,
    deep_rnn_forward_wrong_states,
    deep_rnn_forward_wrong_structure,
    further_parts,
    gru_forward_habits,
    gru_forward_right,
    gru_forward_wrong,
    gru_params,
    gru_state,
    lstm_forward_habits,
    lstm_forward_right,
    lstm_forward_wrong_activations,
    lstm_forward_wrong_gates,
    lstm_forward_wrong_parameters,
    lstm_forward_wrong_states,
    params_and_states,
    rnn_forward_right,
    styles,
)
