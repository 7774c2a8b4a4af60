"""Perplexity (困惑度): of a loss, and of a text under a trained model."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course_utils.data.batches import Indices, to_onehot
from course_utils.training.contract import initial_state, outputs_and_state, scores_and_state
from course_utils.training.sampling import evaluating
from course_utils.translation import say

CHUNK = 256  # characters that are read at once: what is in memory does not grow with the text


def perplexity(mean_cross_entropy: float) -> float:
    """exp of the mean cross-entropy per character (nats): 1 is certainty, `vocab_size` a uniform guess.

    Overflow gives `inf`, which a diverged run should show. Source: Jelinek et al. 1977.
    """
    try:
        return math.exp(mean_cross_entropy)
    except OverflowError:
        return math.inf


@torch.no_grad()
def perplexity_rnn(
    indices: Indices,
    rnn: Callable,
    params: Sequence[Tensor],
    init_rnn_state: Callable,
    num_hiddens: int,
    vocab_size: int,
    device: torch.device | str | None,
) -> float:
    """The perplexity of a text under a from-scratch model: how well it predicts each character from those before.

    `indices` `(n,)` is the text, of which the characters from the second on are predicted. The functions are those of
    `train_and_predict_rnn`; the state begins at `init_rnn_state(1, num_hiddens, device)` and is carried through the
    whole text. Nothing is learnt. A bidirectional network has read what it should predict, so its perplexity says
    nothing.

    Raises `ValueError` for a text of fewer than two characters, for an index that is not in the vocabulary, and when a
    function returns something of another form than training needs.
    """
    text = _text(indices, device)  # (n,)
    _require_known(text, vocab_size)
    state: Any = initial_state(init_rnn_state, 1, num_hiddens, device)

    def scores_of(X: Tensor) -> Tensor:
        nonlocal state
        inputs = to_onehot(X, vocab_size)  # T x (1, V)
        outputs, state = outputs_and_state(rnn(inputs, state, params), inputs, state)
        return torch.cat(tuple(outputs))  # T x (1, V) -> (T, V)

    return _perplexity(text, scores_of)


@torch.no_grad()
def perplexity_rnn_pytorch(indices: Indices, model: nn.Module, device: torch.device | str | None) -> float:
    """The perplexity of a text under a `model(X, state)` of torch modules, such as `RNNModel`.

    The state is `None` at first. Dropout is off meanwhile; afterwards every module's training mode is as it was. All
    else is as in `perplexity_rnn`.
    """
    text = _text(indices, device)  # (n,)
    known = getattr(model, "vocab_size", None)
    if known is not None:
        _require_known(text, known)
    state: Any = None

    def scores_of(X: Tensor) -> Tensor:
        nonlocal state
        returned = model(X, state)
        size = _width(returned, int(text.max()) + 1) if known is None else known
        scores, state = scores_and_state(returned, (X.numel(), size))
        _require_known(text, size)
        return scores  # (T, V)

    with evaluating(model):
        return _perplexity(text, scores_of)


def _text(indices: Indices, device: torch.device | str | None) -> Tensor:
    text = torch.as_tensor(indices, dtype=torch.int64, device=device)  # (n,)
    if len(text) < 2:
        message = say(
            "The text is too short: it has {count} characters, and at least 2 are needed, one to read and one to "
            "predict.", count=len(text),
        )  # fmt: skip
        raise ValueError(message)
    return text


def _require_known(text: Tensor, vocab_size: int) -> None:
    for index in (int(text.min()), int(text.max())):
        if not 0 <= index < vocab_size:
            message = say(
                "The text has the index {index}, but the model knows {vocab_size} characters, 0 to {last}: "
                "make the indices with the vocabulary that it was trained with.",
                index=index, vocab_size=vocab_size, last=vocab_size - 1,
            )  # fmt: skip
            raise ValueError(message)


def _width(returned: object, otherwise: int) -> int:
    """The number of characters that a model scores, from what it returned, if that can be seen."""
    scores = returned[0] if isinstance(returned, tuple) and returned else None
    return scores.shape[-1] if isinstance(scores, Tensor) and scores.dim() == 2 else otherwise


def _perplexity(text: Tensor, scores_of: Callable[[Tensor], Tensor]) -> float:
    """Of a text `(n,)`, read in chunks; `scores_of` maps `(1, T)` to `(T, V)`."""
    total = torch.zeros((), dtype=torch.float64, device=text.device)
    for X, Y in zip(text[:-1].split(CHUNK), text[1:].split(CHUNK), strict=True):
        total += F.cross_entropy(scores_of(X.unsqueeze(0)), Y, reduction="sum")  # (T, V), (T,) -> ()
    return perplexity(total.item() / (len(text) - 1))
