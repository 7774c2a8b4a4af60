"""The exercises of the chapters on stacks and on two directions of time, in the form of `exercises`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Generator, Tensor

from course_utils.checks.short_function import Arguments, ShortFunction, Wrong, drawn

# Chapter 3


def count_parameters(vocab_size: int, num_hiddens: int, num_layers: int) -> int:
    """The numbers in all parameters of a plain stack with its output layer."""
    return _count(vocab_size, num_hiddens, num_layers)


def _count(V: int, H: int, L: int, biases: int = 1, upper: int = 2) -> int:
    """biases: of a layer; upper: the square matrices of each layer but the first."""
    return V * H + H * H + biases * H + (L - 1) * (upper * H * H + biases * H) + H * V + V


PARAMETERS = ShortFunction(
    "exercise.parameters",
    count_parameters,
    lambda generator: [(3, 2, 1), (5, 4, 2), (1000, 256, 6)],
    (
        Wrong("the output layer is left out: W_hq and b_q count too", lambda V, H, L: _count(V, H, L) - H * V - V),
        Wrong("the biases are left out", lambda V, H, L: _count(V, H, L, biases=0) - V),
        Wrong("the output's bias b_q is left out", lambda V, H, L: _count(V, H, L) - V),
        Wrong("the layers' biases b_h are left out", lambda V, H, L: _count(V, H, L, biases=0)),
        Wrong("the output's weight W_hq is left out", lambda V, H, L: _count(V, H, L) - H * V),
        Wrong(
            "every layer is taken to read the V characters: only the first does, the others read H states",
            lambda V, H, L: L * (V * H + H * H + H) + H * V + V,
        ),
        Wrong("the layers above the first have a W_xh too, (H, H)", lambda V, H, L: _count(V, H, L, upper=1)),
        Wrong("only one layer is counted", lambda V, H, L: _count(V, H, 1)),
        Wrong(
            "each layer has an output layer of its own; there is one",
            lambda V, H, L: _count(V, H, L) + (L - 1) * (H * V + V),
        ),
        Wrong("the output layer reads the top layer alone, (H, V)", lambda V, H, L: _count(V, H, L) + (L - 1) * H * V),
        Wrong("each layer has two biases: that is nn.RNN; ours has one", lambda V, H, L: _count(V, H, L, biases=2)),
        Wrong("those are the tensors, not the numbers in them", lambda V, H, L: 3 * L + 2),
        Wrong("one layer too many is counted", lambda V, H, L: _count(V, H, L + 1)),
    ),
)


def step_share(before: Tensor, after: Tensor, lr: float) -> Tensor:
    """The mean of |after − before| / lr over all elements."""
    return (after - before).abs().mean() / lr


def _steps(generator: Generator) -> list[Arguments]:
    before, after = torch.tensor([1.0, 2.0]).double(), torch.tensor([1.5, 1.75]).double()
    weight = drawn(generator, 3, 4)
    moved = (weight + 0.25 * drawn(generator, 3, 4)).float().double()
    return [(before, after, 0.5), (before, -after, 0.25), (weight, moved, 0.125)]


STEP_SHARE = ShortFunction(
    "exercise.step_share",
    step_share,
    _steps,
    (
        Wrong("the absolute value is missing: steps up and down cancel out", lambda b, a, lr: (a - b).mean() / lr),
        Wrong(
            "the absolute value is missing, and before and after are swapped",
            lambda b, a, lr: (b - a).mean() / lr,
        ),
        Wrong(
            "the absolute value is taken of the mean, not of each element", lambda b, a, lr: (a - b).mean().abs() / lr
        ),
        Wrong("the elements are summed, not averaged", lambda b, a, lr: (a - b).abs().sum() / lr),
        Wrong("that is the largest step, not the mean", lambda b, a, lr: (a - b).abs().max() / lr),
        Wrong("the learning rate is not used", lambda b, a, lr: (a - b).abs().mean()),
        Wrong("it is multiplied by the learning rate, not divided", lambda b, a, lr: (a - b).abs().mean() * lr),
        Wrong("the steps are squared: that is a root mean square", lambda b, a, lr: ((a - b) ** 2).mean() ** 0.5 / lr),
        Wrong("the steps are squared, not made positive by abs", lambda b, a, lr: ((a - b) ** 2).mean() / lr),
        Wrong("that is the norm of the step, not the mean of its elements", lambda b, a, lr: (a - b).norm() / lr),
        Wrong("the mean is missing: that is a share for each element", lambda b, a, lr: (a - b).abs() / lr),
        Wrong("the steps are divided by the weights before", lambda b, a, lr: ((a - b) / b).abs().mean() / lr),
        Wrong(
            "the difference of the mean sizes is taken, not the mean size of the difference",
            lambda b, a, lr: (a.abs() - b.abs()).mean() / lr,
        ),
    ),
)


def residual_layer(x: Tensor, h: Tensor, W_xh: Tensor, W_hh: Tensor, b_h: Tensor) -> Tensor:
    """x + tanh(x W_xh + h W_hh + b_h), (B, H)."""
    return x + _plain(x, h, W_xh, W_hh, b_h)


def _plain(x: Tensor, h: Tensor, W_xh: Tensor, W_hh: Tensor, b_h: Tensor) -> Tensor:
    return torch.tanh(x @ W_xh + h @ W_hh + b_h)


def _layers(generator: Generator) -> list[Arguments]:
    one = torch.tensor([[0.5]]).double()
    first = (one, -2 * one, 3 * one, one, one)
    shapes = ((2, 4), (2, 4), (4, 4), (4, 4), (4,))
    return [first, tuple((0.6 * drawn(generator, *shape)).float().double() for shape in shapes)]


RESIDUAL = ShortFunction(
    "exercise.residual",
    residual_layer,
    _layers,
    (
        Wrong("x is not added: that is the plain layer", _plain),
        Wrong("h is added: the residual connection adds the layer's input x", lambda x, h, *w: h + _plain(x, h, *w)),
        Wrong(
            "x is added inside the tanh: add it to what comes out",
            lambda x, h, U, W, b: torch.tanh(x + x @ U + h @ W + b),
        ),
        Wrong("the tanh is missing", lambda x, h, U, W, b: x + x @ U + h @ W + b),
        Wrong("x is multiplied; it should be added", lambda x, h, *w: x * _plain(x, h, *w)),
        Wrong("the bias b_h is missing", lambda x, h, U, W, b: x + torch.tanh(x @ U + h @ W)),
        Wrong("h W_hh is missing: the layer forgets its past", lambda x, h, U, W, b: x + torch.tanh(x @ U + b)),
        Wrong("x W_xh is missing inside the tanh", lambda x, h, U, W, b: x + torch.tanh(h @ W + b)),
        Wrong("W_xh and W_hh are exchanged", lambda x, h, U, W, b: residual_layer(x, h, W, U, b)),
        Wrong("x W_xh is added, not x itself", lambda x, h, U, W, b: x @ U + _plain(x, h, U, W, b)),
        Wrong("x and h are both added: the residual connection adds x", lambda x, h, *w: x + h + _plain(x, h, *w)),
        Wrong("the tanh is subtracted", lambda x, h, *w: x - _plain(x, h, *w)),
    ),
)


# Chapter 4


def join(forward: Sequence[Tensor], backward: Sequence[Tensor]) -> list[Tensor]:
    """[→H_t, ←H_t] for each step: T tensors (B, 2H)."""
    return [_beside(one, other) for one, other in zip(forward, backward, strict=True)]


def _beside(one: Tensor, other: Tensor) -> Tensor:
    return torch.cat((one, other), dim=1)


def _directions(generator: Generator) -> list[Arguments]:
    numbers = ([[[1.0]], [[2.0]], [[3.0]]], [[[4.0]], [[5.0]], [[6.0]]])
    first = tuple([torch.tensor(step).double() for step in steps] for steps in numbers)
    other = tuple([drawn(generator, 2, 3) for _ in range(4)] for _ in range(2))
    return [first, other, tuple(steps[:1] for steps in other)]


BOTH_WAYS = ShortFunction(
    "exercise.both_ways",
    join,
    _directions,
    (
        Wrong("the backward state stands first: →H_t comes before ←H_t", lambda f, b: join(b, f)),
        Wrong(
            "the states stand below each other, (2B, H): join the columns, dim=1",
            lambda f, b: [torch.cat(pair, dim=0) for pair in zip(f, b, strict=True)],
        ),
        Wrong(
            "the states are added: join them side by side",
            lambda f, b: [one + other for one, other in zip(f, b, strict=True)],
        ),
        Wrong(
            "the states are averaged: join them side by side",
            lambda f, b: [(one + other) / 2 for one, other in zip(f, b, strict=True)],
        ),
        Wrong("the two lists are put one behind the other: join their tensors step by step", lambda f, b: [*f, *b]),
        Wrong("the backward list is turned round: both are in the order of time", lambda f, b: join(f, list(b)[::-1])),
        Wrong(
            "each pair is stacked, or left as a pair: torch.cat makes one tensor (B, 2H) of two",
            lambda f, b: [torch.stack(pair) for pair in zip(f, b, strict=True)],
        ),
        Wrong("the forward state stands twice", lambda f, b: join(f, f)),
        Wrong("the result runs backward in time", lambda f, b: join(f, b)[::-1]),
    ),
)


def gap_states(forward: Sequence[Tensor], backward: Sequence[Tensor]) -> list[Tensor]:
    """[→H_{t−1}, ←H_{t+1}] for each step, with zeros beyond the ends: T tensors (B, 2H)."""
    zeros = torch.zeros_like(forward[0])
    return join(_earlier(forward, zeros), _later(backward, zeros))


def _earlier(states: Sequence[Tensor], before: Tensor) -> list[Tensor]:
    return [before, *states[:-1]]


def _later(states: Sequence[Tensor], after: Tensor) -> list[Tensor]:
    return [*states[1:], after]


def _with_zeros(function: Callable[..., list[Tensor]]) -> Callable[..., list[Tensor]]:
    """A mistake of the two lists that keeps the zeros."""
    return lambda f, b: function(f, b, torch.zeros_like(f[0]))


GAP_STATES = ShortFunction(
    "exercise.gap_states",
    gap_states,
    _directions,
    (
        Wrong("the states of step t itself are joined: they have read X_t", join),
        Wrong(
            "→H_t stands where →H_{t−1} belongs: it has read X_t",
            _with_zeros(lambda f, b, zeros: join(f, _later(b, zeros))),
        ),
        Wrong(
            "←H_t stands where ←H_{t+1} belongs: it has read X_t",
            _with_zeros(lambda f, b, zeros: join(_earlier(f, zeros), b)),
        ),
        Wrong(
            "the shifts are exchanged: →H comes from the step before, ←H from the step after",
            _with_zeros(lambda f, b, zeros: join(_later(f, zeros), _earlier(b, zeros))),
        ),
        Wrong(
            "the backward state stands first: →H_{t−1} comes before ←H_{t+1}",
            _with_zeros(lambda f, b, zeros: join(_later(b, zeros), _earlier(f, zeros))),
        ),
        Wrong(
            "forward[t − 1] at the first step is forward[−1], the last one: there zeros belong",
            _with_zeros(lambda f, b, zeros: join(_earlier(f, f[-1]), _later(b, zeros))),
        ),
        Wrong(
            "both lists wrap around at their ends: there zeros belong",
            lambda f, b: join(_earlier(f, f[-1]), _later(b, b[0])),
        ),
        Wrong(
            "the states at the ends are repeated: beyond the ends zeros belong",
            lambda f, b: join(_earlier(f, f[0]), _later(b, b[-1])),
        ),
        Wrong(
            "the first and the last step are left out: there zeros stand for the state that is missing",
            lambda f, b: join(f[:-2], b[2:]),
        ),
        Wrong(
            "both states come from the step before",
            _with_zeros(lambda f, b, zeros: join(_earlier(f, zeros), _earlier(b, zeros))),
        ),
        Wrong(
            "both states come from the step after",
            _with_zeros(lambda f, b, zeros: join(_later(f, zeros), _later(b, zeros))),
        ),
        Wrong(
            "the states stand below each other, (2B, H): join the columns, dim=1",
            _with_zeros(
                lambda f, b, zeros: [torch.cat(pair) for pair in zip(_earlier(f, zeros), _later(b, zeros), strict=True)]
            ),
        ),
    ),
)

LATER_CHAPTERS = (*(PARAMETERS, STEP_SHARE, RESIDUAL), *(BOTH_WAYS, GAP_STATES))
