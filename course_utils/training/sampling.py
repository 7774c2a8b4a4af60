"""Samples: read a prefix, then write a next character, the likeliest or one that is drawn, again and again."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from course_utils.data.batches import to_onehot
from course_utils.student_code.signatures import call_fitting
from course_utils.translation import say


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
    *,
    temperature: float = 0.0,
    seed: int | None = None,
) -> str:
    """`prefix` and the `num_chars` characters that a from-scratch model writes after it.

    `rnn(inputs, state, params)` takes a list with one one-hot `(1, V)` and returns `(outputs, state)`; the
    state starts at `init_rnn_state(1, num_hiddens, device)`.

    With `temperature` 0 each character is the likeliest one (greedy). With a larger one it is drawn from
    `softmax(scores / temperature)`: below 1 likely characters become likelier still, above 1 rare ones come more often.
    The same int `seed` draws the same text; `None` draws another one each time. torch's global generator is not used.

    Raises `ValueError` for a prefix that cannot be read, for a temperature that is below 0 or not finite, and for
    scores from which nothing can be drawn.
    """
    state = call_fitting(init_rnn_state, batch_size=1, num_hiddens=num_hiddens, device=device)

    def next_scores(index: int) -> Tensor:
        nonlocal state
        X = torch.tensor([[index]], device=device)  # (1, 1)
        inputs = to_onehot(X, vocab_size)  # 1 x (1, V)
        outputs, state = rnn(inputs, state, params)
        return outputs[0]  # (1, V)

    choose = _chooser(temperature, seed)
    return _continue(prefix, num_chars, next_scores, idx_to_char, char_to_idx, choose)


def predict_rnn_pytorch(
    prefix: str,
    num_chars: int,
    model: nn.Module,
    vocab_size: int,
    device: torch.device | str | None,
    idx_to_char: Sequence[str],
    char_to_idx: Mapping[str, int],
    *,
    temperature: float = 0.0,
    seed: int | None = None,
) -> str:
    """`prefix` and the `num_chars` characters that a `model(X, state)` writes after it.

    The state is `None` at first. Dropout is off meanwhile; afterwards every module's training mode is as it was.
    `vocab_size` is not used; it is there for code written for the older edition. `temperature`, `seed` and errors are
    those of `predict_rnn`.
    """
    state = None

    def next_scores(index: int) -> Tensor:
        nonlocal state
        X = torch.tensor([[index]], device=device)  # (1, 1)
        scores, state = model(X, state)  # (1, V)
        return scores

    choose = _chooser(temperature, seed)
    with evaluating(model):
        return _continue(prefix, num_chars, next_scores, idx_to_char, char_to_idx, choose)


def require_readable(prefix: str, char_to_idx: Mapping[str, int]) -> None:
    """Raises `ValueError` when `prefix` is empty or has a character that is not in the vocabulary."""
    if not prefix:
        raise ValueError(say("The prefix is empty: give at least one character to start from."))
    if unknown := [char for char in dict.fromkeys(prefix) if char not in char_to_idx]:
        message = say(
            "The prefix {prefix} has {unknown}, not in the vocabulary of {size} characters: use characters that occur "
            "in the text.", prefix=repr(prefix), unknown=", ".join(map(repr, unknown)), size=len(char_to_idx),
        )  # fmt: skip
        raise ValueError(message)


def _chooser(temperature: float, seed: int | None) -> Callable[[Tensor], int]:
    """The function that takes scores `(1, V)` and returns the index of the character to write."""
    if not (math.isfinite(temperature) and temperature >= 0):
        message = say(
            "temperature must be a finite number and not below 0, but is {temperature}: 0 writes the likeliest "
            "character, 1 draws from the model's probabilities.", temperature=temperature,
        )  # fmt: skip
        raise ValueError(message)
    if temperature == 0:
        return lambda scores: int(scores.argmax())
    draw = torch.Generator()
    draw.manual_seed(seed) if seed is not None else draw.seed()

    def drawn(scores: Tensor) -> int:
        scores = scores.double().cpu()  # (1, V): on the CPU every device draws the same
        probabilities = torch.softmax((scores - scores.max()) / temperature, dim=1)  # (1, V)
        if probabilities.isnan().any():
            message = say(
                "The model's scores are not all numbers, so no character can be drawn: its training has diverged. "
                "Train it again from new parameters with a smaller lr."
            )
            raise ValueError(message)
        return int(torch.multinomial(probabilities, 1, generator=draw))

    return drawn


@torch.no_grad()
def _continue(
    prefix: str,
    num_chars: int,
    next_scores: Callable[[int], Tensor],
    idx_to_char: Sequence[str],
    char_to_idx: Mapping[str, int],
    choose: Callable[[Tensor], int],
) -> str:
    require_readable(prefix, char_to_idx)
    for char in prefix:
        scores = next_scores(char_to_idx[char])  # (1, V)
    written = []
    for i in range(num_chars):
        written.append(choose(scores))
        if i < num_chars - 1:
            scores = next_scores(written[-1])  # (1, V)
    return prefix + "".join(idx_to_char[index] for index in written)


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Dropout is off meanwhile; afterwards every module's training mode is as it was."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training
