"""Minibatches of a character corpus, and their one-hot form.

Letters for shapes, here and everywhere: `B` batch size, `T` time steps, `V` vocabulary size, `H` hidden
units.
"""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from course_utils.translation import say, to_say

Indices = Sequence[int] | Tensor
Minibatches = Iterator[tuple[Tensor, Tensor]]
TOO_SHORT = to_say(
    "The text is too short for one minibatch: batch_size {batch_size} and num_steps {num_steps} need {needed} "
    "characters, it has {length}. Use a longer text or a smaller batch."
)


def data_iter_random(
    corpus_indices: Indices, batch_size: int, num_steps: int, device: torch.device | str | None = None
) -> Minibatches:
    """Minibatches of stretches that do not overlap, in random order: no state can be carried on to the next one.

    Yields `(X, Y)`, both int64 `(B, T)`: `(n - 1) // T` stretches are shuffled with torch's global generator
    and taken `B` at a time; those that fill no minibatch are dropped. `Y` is `X` one character later. `device=None`
    leaves a tensor where it is.

    Raises `ValueError` at the call when the text is too short for one minibatch.
    """
    corpus = _as_indices(corpus_indices, device)  # (n,)
    num_stretches = (len(corpus) - 1) // num_steps
    _require(num_stretches // batch_size, corpus, batch_size, num_steps, needed=batch_size * num_steps + 1)
    return _random_minibatches(corpus, batch_size, num_steps, num_stretches)


def data_iter_consecutive(
    corpus_indices: Indices, batch_size: int, num_steps: int, device: torch.device | str | None = None
) -> Minibatches:
    """Minibatches whose row `b` continues row `b` of the one before: a state can be carried on.

    Yields `(X, Y)`, both int64 `(B, T)`: the text is cut to `B * (n // B)` characters and folded to `(B, n //
    B)`; minibatch `i` is columns `iT … (i+1)T`, and `Y` is one column later. `device=None` leaves a tensor
    where it is.

    Raises `ValueError` at the call when the text is too short for one minibatch.
    """
    corpus = _as_indices(corpus_indices, device)  # (n,)
    length = len(corpus) // batch_size
    num_minibatches = (length - 1) // num_steps
    _require(num_minibatches, corpus, batch_size, num_steps, needed=batch_size * (num_steps + 1))
    return _consecutive_minibatches(corpus[: batch_size * length].view(batch_size, length), num_steps)


def to_onehot(X: Tensor, n_class: int) -> list[Tensor]:
    """Indices `(B, T)` as a list of `T` one-hot float32 matrices `(B, V)`, time-major, on the device of `X`.

    Float indices are accepted too, as code for the older edition passes them. Raises `RuntimeError` for an index that
    is not below `n_class`.
    """
    return split_steps(onehot_steps(X, n_class))


def onehot_steps(X: Tensor, n_class: int) -> Tensor:
    """Indices `(B, T)` as one float32 tensor `(T, B, V)`."""
    steps = X.T.long().unsqueeze(-1)  # (B, T) -> (T, B, 1)
    onehot = torch.zeros(*steps.shape[:2], n_class, device=X.device)  # (T, B, V)
    return onehot.scatter_(2, steps, 1.0)  # one pass; F.one_hot would make int64 first


def split_steps(onehot: Tensor) -> list[Tensor]:
    """`(T, B, V)` as `T` matrices `(B, V)`. An in-place change of one does not count as a change of the others."""
    return [step.squeeze(0) for step in torch.unsafe_split(onehot, 1)]  # T x (1, B, V) -> T x (B, V)


def _as_indices(corpus_indices: Indices, device: torch.device | str | None) -> Tensor:
    if isinstance(corpus_indices, Tensor):
        return corpus_indices.to(device, torch.int64)  # as_tensor moves it to the default device, if one is set
    return torch.as_tensor(corpus_indices, dtype=torch.int64, device=device)  # (n,)


def _require(num_minibatches: int, corpus: Tensor, batch_size: int, num_steps: int, needed: int) -> None:
    if num_minibatches < 1:
        sizes = {"batch_size": batch_size, "num_steps": num_steps, "needed": needed, "length": len(corpus)}
        raise ValueError(say(TOO_SHORT, **sizes))


def _random_minibatches(corpus: Tensor, batch_size: int, num_steps: int, num_stretches: int) -> Minibatches:
    # Drawn on the CPU, so that all devices see the same minibatches; without waiting for the device.
    shuffled = torch.randperm(num_stretches, device="cpu") * num_steps  # (num_stretches,)
    starts = shuffled.to(corpus.device, non_blocking=True)
    steps = torch.arange(num_steps, device=corpus.device)  # (T,)
    for i in range(0, num_stretches - batch_size + 1, batch_size):
        columns = starts[i : i + batch_size, None] + steps  # (B, T)
        yield corpus[columns], corpus[columns + 1]  # (B, T), (B, T)


def _consecutive_minibatches(rows: Tensor, num_steps: int) -> Minibatches:
    for start in range(0, rows.shape[1] - num_steps, num_steps):
        stop = start + num_steps
        yield rows[:, start:stop], rows[:, start + 1 : stop + 1]  # (B, T), (B, T)
