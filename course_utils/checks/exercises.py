"""The exercises of the chapters as data: a reference, what it is called with, and the mistakes that are named.

Sources: clipping: Pascanu et al. 2013, arXiv:1211.5063. The forget gate's bias: Tallec and Ollivier 2018,
arXiv:1804.11188, who draw it as ln of a number of steps. Residual connections: He et al. 2016, arXiv:1512.03385.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Generator, Tensor

from course_utils.checks.short_function import Arguments, ShortFunction, Wrong, drawn, share

# Chapter 0


def perplexity(probabilities: Sequence[float] | Tensor) -> Tensor:
    """exp of the mean of −log p, of the probabilities (n,) that a model gave to the characters that came."""
    return torch.exp(-_logarithms(probabilities).mean())


def _tensor(values: Any) -> Tensor:
    return torch.as_tensor(values, dtype=torch.float64)


def _logarithms(probabilities: Any) -> Tensor:
    return _tensor(probabilities).log()


PERPLEXITY = ShortFunction(
    "exercise.perplexity",
    perplexity,
    lambda generator: [([0.5, 0.25, 0.125],), (share(generator, 7),), (share(generator, 4).tolist(),)],
    (
        Wrong("the logarithms are summed, not averaged", lambda p: torch.exp(-_logarithms(p).sum())),
        Wrong("the minus sign is missing: that is 1 / perplexity", lambda p: torch.exp(_logarithms(p).mean())),
        Wrong(
            "the exponential is missing: that is the mean cross-entropy, the logarithm of the perplexity",
            lambda p: -_logarithms(p).mean(),
        ),
        Wrong("the logarithm is missing: exp is taken of the mean of −p", lambda p: torch.exp(-_tensor(p).mean())),
        Wrong(
            "the probabilities are averaged, not their logarithms: that is 1 / mean(p)", lambda p: 1 / _tensor(p).mean()
        ),
        Wrong(
            "the inverses 1 / p are averaged, not the logarithms: that is mean(1 / p)",
            lambda p: (1 / _tensor(p)).mean(),
        ),
        Wrong("the probabilities are multiplied, and that is all", lambda p: _tensor(p).prod()),
        Wrong(
            "the logarithm has the base 2 and the exponential the base e: take the same base for both",
            lambda p: torch.exp(-_tensor(p).log2().mean()),
        ),
        Wrong(
            "the logarithm has the base e and the exponential the base 2: take the same base for both",
            lambda p: 2 ** -_logarithms(p).mean(),
        ),
    ),
)


def bigram_probabilities(counts: Tensor, alpha: float) -> Tensor:
    """Each row of (counts + alpha) divided by its sum: (V, V)."""
    return _rows(counts + alpha)


def _rows(counts: Tensor) -> Tensor:
    return counts / counts.sum(dim=1, keepdim=True)


def _counts(generator: Generator) -> list[Arguments]:
    first = torch.tensor([[3, 1, 0], [0, 0, 2], [0, 0, 0]]).double()
    second = torch.randint(0, 5, (4, 4), generator=generator).double()
    return [(first, 1.0), (second, 0.25)]


BIGRAM = ShortFunction(
    "exercise.bigram",
    bigram_probabilities,
    _counts,
    (
        Wrong(
            "the columns are divided by their sums: each row must sum to 1",
            lambda c, a: (c + a) / (c + a).sum(dim=0, keepdim=True),
        ),
        Wrong("everything is divided by one sum: each row must sum to 1", lambda c, a: (c + a) / (c + a).sum()),
        Wrong(
            "row i is divided by the sum of column i: keep the sums as a column, keepdim=True",
            lambda c, a: (c + a) / (c + a).sum(dim=1),
        ),
        Wrong("alpha is not added: rows that were never seen become nan", lambda c, a: _rows(c)),
        Wrong("1 is added to each count, whatever alpha is", lambda c, a: _rows(c + 1)),
        Wrong(
            "alpha is added to the counts, but the rows are divided by the sums of the counts alone",
            lambda c, a: (c + a) / c.sum(dim=1, keepdim=True),
        ),
        Wrong(
            "a row's sum holds alpha once, not once for each of the V characters",
            lambda c, a: (c + a) / (c.sum(dim=1, keepdim=True) + a),
        ),
        Wrong(
            "alpha is in the sums only, not in the counts above them",
            lambda c, a: c / (c + a).sum(dim=1, keepdim=True),
        ),
        Wrong("each row goes through softmax; it should be divided by its sum", lambda c, a: torch.softmax(c + a, 1)),
    ),
)


def clip(gradients: Sequence[Tensor], theta: float) -> list[Tensor]:
    """The gradients, scaled together so that the norm of all of them is at most theta."""
    return _scaled(gradients, min(1.0, theta / norm(gradients)))


def norm(gradients: Sequence[Tensor]) -> float:
    """The root of the sum of all squares."""
    return float(sum((gradient**2).sum() for gradient in gradients)) ** 0.5


def _scaled(gradients: Sequence[Tensor], factor: float) -> list[Tensor]:
    return [factor * gradient for gradient in gradients]


def _gradients(generator: Generator) -> list[Arguments]:
    small = [torch.tensor([3.0, 0.0]).double(), torch.tensor([[0.0, -4.0]]).double()]  # of norm 5
    large = [drawn(generator, 3, 2), 0.01 * drawn(generator, 4), drawn(generator, 2)]
    return [(small, 1.0), (small, 8.0), ([tensor.float().double() for tensor in large], 0.5)]


CLIP = ShortFunction(
    "exercise.clip",
    clip,
    _gradients,
    (
        Wrong("nothing is clipped: the gradients come back as they were", lambda g, theta: list(g)),
        Wrong(
            "each tensor is clipped by itself: the norm is that of all gradients together",
            lambda g, theta: [clip([one], theta)[0] for one in g],
        ),
        Wrong(
            "each number is cut off at −theta and theta: that turns the gradient; scale all of it by one factor",
            lambda g, theta: [one.clamp(-theta, theta) for one in g],
        ),
        Wrong(
            "a small gradient is scaled up to theta: only a norm above theta is to be changed",
            lambda g, theta: _scaled(g, theta / norm(g)),
        ),
        Wrong(
            "gradients are scaled up where the norm is below theta, and left alone above it",
            lambda g, theta: _scaled(g, max(1.0, theta / norm(g))),
        ),
        Wrong(
            "the gradients are divided by their norm, without the factor theta",
            lambda g, theta: _scaled(g, 1 / norm(g) if norm(g) > theta else 1.0),
        ),
        Wrong("the factor is theta, not theta / norm", lambda g, theta: _scaled(g, theta if norm(g) > theta else 1.0)),
        Wrong(
            "the root is missing in the norm: the sum of squares stands in its place",
            lambda g, theta: _scaled(g, min(1.0, theta / norm(g) ** 2)),
        ),
        Wrong(
            "the norms of the tensors are added: add the squares, then take one root",
            lambda g, theta: _scaled(g, min(1.0, theta / sum(norm([one]) for one in g))),
        ),
    ),
)


def probabilities(scores: Tensor, temperature: float) -> Tensor:
    """softmax(scores / temperature), (V,)."""
    return torch.softmax(scores / temperature, dim=-1)


TEMPERATURE = ShortFunction(
    "exercise.temperature",
    probabilities,
    lambda generator: [(torch.tensor([2.0, 1.0, 0.0]).double(), 0.5), (drawn(generator, 6), 2.0)],
    (
        Wrong(
            "the scores are multiplied by the temperature, not divided: a high one then sharpens",
            lambda s, T: torch.softmax(s * T, -1),
        ),
        Wrong("the temperature is not used", lambda s, T: torch.softmax(s, -1)),
        Wrong(
            "the probabilities are divided by the temperature, not the scores: they do not sum to 1",
            lambda s, T: torch.softmax(s, -1) / T,
        ),
        Wrong("the result is not divided by its sum: that is exp(scores / temperature)", lambda s, T: torch.exp(s / T)),
        Wrong("the softmax is missing: those are still scores", lambda s, T: s / T),
        Wrong(
            "those are logarithms: log_softmax stands where softmax belongs", lambda s, T: torch.log_softmax(s / T, -1)
        ),
        Wrong(
            "softmax is applied twice: to the scores, and to its own result divided by the temperature",
            lambda s, T: torch.softmax(torch.softmax(s, -1) / T, -1),
        ),
    ),
)


# Chapter 1


def keep(z: float, steps: int) -> float:
    """z ** steps: the share of a stored value that is left while the update gate holds z."""
    return z**steps


KEEP = ShortFunction(
    "exercise.keep",
    keep,
    lambda generator: [(0.5, 3), (0.9, 10), (0.99, 50)],
    (
        Wrong("that is the share that is lost: 1 − z ** steps", lambda z, n: 1 - z**n),
        Wrong("1 − z is multiplied at each step; Z_t is the share that is kept", lambda z, n: (1 - z) ** n),
        Wrong("z is multiplied by the number of steps: each step multiplies by z again", lambda z, n: z * n),
        Wrong(
            "1 − z is subtracted at each step: each step keeps the share z of what is left",
            lambda z, n: 1 - n * (1 - z),
        ),
        Wrong("one step is missing", lambda z, n: z ** (n - 1)),
        Wrong("there is one step too many", lambda z, n: z ** (n + 1)),
        Wrong("that is the share after one step: the number of steps is not used", lambda z, n: z),
    ),
)


def update_bias(steps: int) -> float:
    """The bias b with sigmoid(b) ** steps = 1/2."""
    return _logit(0.5 ** (1 / steps))


def _logit(gate: float) -> float:
    return math.log(gate / (1 - gate))


UPDATE_BIAS = ShortFunction(
    "exercise.update_bias",
    update_bias,
    lambda generator: [(2,), (10,), (100,)],
    (
        Wrong("that is the gate's value: the bias is the number whose sigmoid it is", lambda n: 0.5 ** (1 / n)),
        Wrong("the sign is wrong: this bias makes 1 − Z_t what Z_t should be", lambda n: -update_bias(n)),
        Wrong("the logarithm of the gate's value is no inverse of the sigmoid", lambda n: math.log(0.5 ** (1 / n))),
        Wrong(
            "the sigmoid of the gate's value is taken: its inverse is needed",
            lambda n: 1 / (1 + math.exp(-(0.5 ** (1 / n)))),
        ),
        Wrong("the gate holds 1 − 1 / steps: then about 1/e is left, not 1/2", lambda n: math.log(n - 1)),
        Wrong("the bias is ln(steps): the gate then holds too much", lambda n: math.log(n)),
        Wrong("the gate holds 1 − 1 / (2 steps)", lambda n: _logit(1 - 0.5 / n)),
    ),
)


def two_candidates(h: Tensor, r: Tensor, W: Tensor) -> tuple[Tensor, Tensor]:
    """The reset gate before the product, and after it."""
    return (r * h) @ W, r * (h @ W)


def _products(generator: Generator) -> list[Arguments]:
    h, r, W = ([[1.0, 2.0]], [[1.0, 0.0]], [[1.0, 2.0], [3.0, 4.0]])
    first = tuple(torch.tensor(values).double() for values in (h, r, W))
    return [first, (drawn(generator, 2, 3), share(generator, 2, 3), drawn(generator, 3, 3))]


RESET_FORMS = ShortFunction(
    "exercise.reset_forms",
    two_candidates,
    _products,
    (
        Wrong(
            "the two are in the other order: first (r * h) @ W, then r * (h @ W)",
            lambda h, r, W: (r * (h @ W), (r * h) @ W),
        ),
        Wrong("both are (r * h) @ W: in the second, r scales the product", lambda h, r, W: ((r * h) @ W, (r * h) @ W)),
        Wrong("both are r * (h @ W): in the first, r scales h", lambda h, r, W: (r * (h @ W), r * (h @ W))),
        Wrong("W is transposed in both", lambda h, r, W: two_candidates(h, r, W.T)),
        Wrong("r is missing in the first product", lambda h, r, W: (h @ W, r * (h @ W))),
        Wrong("r is missing in the second product", lambda h, r, W: ((r * h) @ W, h @ W)),
        Wrong("1 − r stands where r belongs", lambda h, r, W: two_candidates(h, 1 - r, W)),
        Wrong("in the second, r scales h and the product too", lambda h, r, W: ((r * h) @ W, r * ((r * h) @ W))),
    ),
)


# Chapter 2


def cell_step(c: Tensor, f: Tensor, i: Tensor, c_tilde: Tensor, o: Tensor) -> tuple[Tensor, Tensor]:
    """The new cell and the new hidden state of an LSTM, from the gates and the candidate."""
    new = f * c + i * c_tilde
    return new, o * torch.tanh(new)


def _cells(generator: Generator) -> list[Arguments]:
    numbers = (2.0, 0.5, 0.25, -0.5, 0.75)
    first = tuple(torch.tensor([[number]]).double() for number in numbers)
    gates = [share(generator, 3, 4) for _ in "fio"]
    return [
        first,
        (drawn(generator, 3, 4), gates[0], gates[1], torch.tanh(drawn(generator, 3, 4)).float().double(), gates[2]),
    ]


CELL_STEP = ShortFunction(
    "exercise.cell_step",
    cell_step,
    _cells,
    (
        Wrong("the two are in the other order: first the new c, then h", lambda *a: cell_step(*a)[::-1]),
        Wrong(
            "f and i are exchanged: f scales the old cell, i the candidate",
            lambda c, f, i, c_tilde, o: cell_step(c, i, f, c_tilde, o),
        ),
        Wrong(
            "h is made from the old cell: take the new one",
            lambda c, f, i, c_tilde, o: (f * c + i * c_tilde, o * torch.tanh(c)),
        ),
        Wrong("the tanh is missing in h", lambda c, f, i, c_tilde, o: (f * c + i * c_tilde, o * (f * c + i * c_tilde))),
        Wrong(
            "o stands inside the tanh: h is o * tanh(c)",
            lambda c, f, i, c_tilde, o: (f * c + i * c_tilde, torch.tanh(o * (f * c + i * c_tilde))),
        ),
        Wrong("o is missing in h", lambda c, f, i, c_tilde, o: (f * c + i * c_tilde, torch.tanh(f * c + i * c_tilde))),
        Wrong(
            "the new cell goes through tanh: only h reads it through one",
            lambda c, f, i, c_tilde, o: (
                torch.tanh(f * c + i * c_tilde),
                o * torch.tanh(torch.tanh(f * c + i * c_tilde)),
            ),
        ),
        Wrong(
            "the new cell goes through tanh, and h does not again",
            lambda c, f, i, c_tilde, o: (torch.tanh(f * c + i * c_tilde), o * torch.tanh(f * c + i * c_tilde)),
        ),
        Wrong(
            "the candidate goes through tanh once more: c_tilde has been through it",
            lambda c, f, i, c_tilde, o: cell_step(c, f, i, torch.tanh(c_tilde), o),
        ),
        Wrong(
            "1 − f stands where i belongs: an LSTM's two gates are apart",
            lambda c, f, i, c_tilde, o: cell_step(c, f, 1 - f, c_tilde, o),
        ),
        Wrong(
            "i is missing: the whole candidate is added",
            lambda c, f, i, c_tilde, o: cell_step(c, f, torch.ones_like(c), c_tilde, o),
        ),
        Wrong(
            "f is missing: the whole old cell is kept",
            lambda c, f, i, c_tilde, o: cell_step(c, torch.ones_like(c), i, c_tilde, o),
        ),
        Wrong("the old cell is left out", lambda c, f, i, c_tilde, o: cell_step(c, torch.zeros_like(c), i, c_tilde, o)),
    ),
)


def forget_bias(gap: int) -> float:
    """ln(gap): the gate then keeps about 1/e of a cell over the gap."""
    return math.log(gap)


FORGET_BIAS = ShortFunction(
    "exercise.forget_bias",
    forget_bias,
    lambda generator: [(20,), (5,), (50,)],
    (
        Wrong("the logarithm has the base 10: math.log has the base e", lambda gap: math.log10(gap)),
        Wrong("the logarithm has the base 2: math.log has the base e", lambda gap: math.log2(gap)),
        Wrong("the sign is wrong: this bias shuts the gate", lambda gap: -math.log(gap)),
        Wrong("the bias is the gap itself: its logarithm is enough", lambda gap: gap),
        Wrong("that is a gate's value, 1 − 1 / gap: the bias is asked for", lambda gap: 1 - 1 / gap),
        Wrong("that is a gate's value, the sigmoid of ln(gap): the bias is asked for", lambda gap: gap / (gap + 1)),
        Wrong(
            "that is ln(gap − 1), where the gate is exactly 1 − 1 / gap; the text asks for ln(gap)",
            lambda gap: math.log(gap - 1),
        ),
        Wrong("that is ln(gap + 1); the text asks for ln(gap)", lambda gap: math.log(gap + 1)),
        Wrong("that is 1 / gap; the text asks for ln(gap)", lambda gap: 1 / gap),
    ),
)

FIRST_CHAPTERS = (
    *(PERPLEXITY, BIGRAM, CLIP, TEMPERATURE),
    *(KEEP, UPDATE_BIAS, RESET_FORMS),
    *(CELL_STEP, FORGET_BIAS),
)
