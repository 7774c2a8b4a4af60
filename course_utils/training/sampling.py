"""Greedy samples: read a prefix, then write the likeliest next character, again and again."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from course_utils.data.batches import to_onehot
from course_utils.student_code.signatures import call_fitting


def predict_rnn(
    prefix: str,
    num_chars: int,
    rnn: Callable,
    params: Sequence[Tensor],
    init_rnn_state: Callable,
    num_hiddens: int,
    vocab_size: int,
    device: torch.device | str | None,
    idx_to_char: Sequence[str],
    char_to_idx: Mapping[str, int],
) -> str:
    """`prefix` and the `num_chars` characters that a from-scratch model writes after it, greedily.

    `rnn(inputs, state, params)` takes a list with one one-hot `(1, V)` and returns `(outputs, state)`; the
    state starts at `init_rnn_state(1, num_hiddens, device)`. Raises `ValueError` for a prefix that cannot be
    read.
    """
    state = call_fitting(init_rnn_state, batch_size=1, num_hiddens=num_hiddens, device=device)

    def next_scores(index: int) -> Tensor:
        nonlocal state
        X = torch.tensor([[index]], device=device)  # (1, 1)
        inputs = to_onehot(X, vocab_size)  # 1 x (1, V)
        outputs, state = rnn(inputs, state, params)
        return outputs[0]  # (1, V)

    return _continue(prefix, num_chars, next_scores, idx_to_char, char_to_idx)


def predict_rnn_pytorch(
    prefix: str,
    num_chars: int,
    model: nn.Module,
    vocab_size: int,
    device: torch.device | str | None,
    idx_to_char: Sequence[str],
    char_to_idx: Mapping[str, int],
) -> str:
    """`prefix` and the `num_chars` characters that a `model(X, state)` writes after it, greedily.

    The state is `None` at first. Dropout is off meanwhile; afterwards every module's training mode is as it was.
    `vocab_size` is not used; it is there for code written for the older edition. Raises `ValueError` for a
    prefix that cannot be read.
    """
    state = None

    def next_scores(index: int) -> Tensor:
        nonlocal state
        X = torch.tensor([[index]], device=device)  # (1, 1)
        scores, state = model(X, state)  # (1, V)
        return scores

    with _evaluating(model):
        return _continue(prefix, num_chars, next_scores, idx_to_char, char_to_idx)


def require_readable(prefix: str, char_to_idx: Mapping[str, int]) -> None:
    """Raises `ValueError` when `prefix` is empty or has a character that is not in the vocabulary."""
    if not prefix:
        raise ValueError("The prefix is empty: give at least one character to start from.")
    if unknown := [char for char in dict.fromkeys(prefix) if char not in char_to_idx]:
        raise ValueError(
            f"The prefix {prefix!r} has {', '.join(map(repr, unknown))}, not in the vocabulary "
            f"of {len(char_to_idx)} characters: use characters that occur in the text."
        )


@torch.no_grad()
def _continue(
    prefix: str,
    num_chars: int,
    next_scores: Callable[[int], Tensor],
    idx_to_char: Sequence[str],
    char_to_idx: Mapping[str, int],
) -> str:
    require_readable(prefix, char_to_idx)
    for char in prefix:
        scores = next_scores(char_to_idx[char])  # (1, V)
    written = []
    for i in range(num_chars):
        written.append(int(scores.argmax()))
        if i < num_chars - 1:
            scores = next_scores(written[-1])  # (1, V)
    return prefix + "".join(idx_to_char[index] for index in written)


@contextmanager
def _evaluating(model: nn.Module) -> Iterator[None]:
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training
