"""Seconds per epoch: the course's trainer against a plain transcription of the older edition's loop.

    python benchmarks/training.py [--only NAME ...] [--epochs 7] [--quick] [--growth]

Both train the same model from the same parameters in this process, one epoch each in turn, with the tutorial's
hyperparameters. Printed are the medians, their ratio, and the limit: the time of the matrix products that the model
needs (an input layer that looks rows up needs none) at the rate that the faster of torch's two libraries reaches here
in a large product. The first epoch of each warms up and does not count; its losses, and those after it, are compared.
`--growth` draws how the time of a minibatch grows with T and B instead, to `docs/images/training-growth.png`.
"""

from __future__ import annotations

import argparse
import copy
import math
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import from_scratch
import older_edition
import torch
from torch import Tensor, nn

import course_utils as d2l
from course_utils.data.corpus import CorpusError
from course_utils.engine import kernels
from course_utils.training.learners import Concise, FromScratch, Learner
from course_utils.training.loop import train_epoch

B, T, THETA = 32, 35, 0.01
PICTURE = Path(__file__).resolve().parents[1] / "docs" / "images" / "training-growth.png"

Device = torch.device | str | None
Minibatches = list[tuple[Tensor, Tensor]]
Pair = tuple[Learner, Callable[[Iterator[Minibatches]], Iterator[float]]]


@dataclass(frozen=True)
class Experiment:
    """A model of the tutorial: how to make it, and how many weights a character is multiplied by, one-hot aside."""

    title: str
    goal: float  # how many times faster than the transcription
    make: Callable[[int, Device], Pair]  # vocab_size, device -> the trainer's learner, and the transcription's epochs
    num_weights: Callable[[int], int]


def scratch(name: str, title: str, num_gates: int, variant: str = "") -> Experiment:
    H = 256
    rnn, init_state = getattr(from_scratch, name + variant), getattr(from_scratch, f"init_{name}_state")

    def make(V: int, device: Device) -> Pair:
        params = getattr(from_scratch, f"{name}_params")(V, H, device)
        copied = [param.detach().clone().requires_grad_() for param in params]
        learner = FromScratch(rnn, params, init_state, H, device, [], {}, V, False, 1e2, THETA)
        return learner, lambda epochs: older_edition.train_from_scratch(
            rnn, copied, lambda rows: init_state(rows, H, device), V, epochs, False, 1e2, THETA
        )

    return Experiment(title, 2.5, make, lambda V: num_gates * H * H + H * V)


def concise(title: str, goal: float, kind: type[nn.RNNBase], H: int = 256, **options: object) -> Experiment:
    def make(V: int, device: Device) -> Pair:
        model = d2l.RNNModel(kind(V, H, **options), V)
        dense = older_edition.DenseModel(copy.deepcopy(model.rnn), copy.deepcopy(model.dense)).to(device)
        learner = Concise(model, device, [], {}, V, 1e-2, THETA)
        return learner, lambda epochs: older_edition.train_concise(dense, epochs, 1e-2, THETA)

    def num_weights(V: int) -> int:
        model = d2l.RNNModel(kind(V, H, **options), V)
        matrices = {name: param.numel() for name, param in model.named_parameters() if param.dim() == 2}
        return sum(number for name, number in matrices.items() if "weight_ih_l0" not in name)

    return Experiment(title, goal, make, num_weights)


EXPERIMENTS = {
    "gru-scratch": scratch("gru", "GRU from scratch", 3),
    "gru-after": scratch("gru", "GRU, R ⊙ (H W_hh)", 3, variant="_reset_after"),
    "gru": concise("nn.GRU", 1.6, nn.GRU),
    "lstm-scratch": scratch("lstm", "LSTM from scratch", 4),
    "lstm": concise("nn.LSTM", 1.6, nn.LSTM),
    "lstm-2": concise("nn.LSTM, 2 layers", 1.3, nn.LSTM, num_layers=2),
    "lstm-6": concise("nn.LSTM, 6 layers", 1.1, nn.LSTM, num_layers=6),
    "gru-both": concise("nn.GRU, bidirectional", 1.6, nn.GRU, H=128, bidirectional=True),
}


def corpus() -> tuple[list[int], int]:
    """The corpus of the course, or random characters where it is missing."""
    try:
        indices, _, _, vocab_size = d2l.load_data_jay_lyrics()
    except CorpusError:
        indices, vocab_size = torch.randint(1027, (10_000,)).tolist(), 1027
    return indices, vocab_size


def in_turn(
    experiment: Experiment, V: int, minibatches: Minibatches, device: Device = None
) -> Iterator[tuple[float, float, float]]:
    """Seconds of the trainer's and of the transcription's next epoch, and how far apart their losses are.

    Both end by reading out a loss, so nothing of an epoch is left to a GPU when its time is taken.
    """
    learner, transcription = experiment.make(V, device)
    history = d2l.History()
    plain = transcription(iter(lambda: minibatches, None))
    while True:
        train_epoch(learner, iter(minibatches), len(history.epochs) + 1, history)
        start = time.perf_counter()
        perplexity = next(plain)
        seconds = time.perf_counter() - start
        yield history.seconds[-1], seconds, abs(math.log(history.perplexities[-1]) - math.log(perplexity))


def product_rates(K: int, N: int) -> tuple[float, float]:
    """FLOP/s of `(T*B, K) @ (K, N)`: `torch.mm`, and the product that the trainer uses. The best of some."""
    left, right = torch.randn(T * B, K), torch.randn(K, N)
    with torch.no_grad():
        by_mm, by_trainer = fastest(lambda: torch.mm(left, right)), fastest(lambda: kernels.matmul(left, right))
    return 2 * T * B * K * N / by_mm, 2 * T * B * K * N / by_trainer


def fastest(run: Callable[[], object], repeats: int = 20) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def report(experiment: Experiment, V: int, minibatches: Minibatches, num_epochs: int) -> None:
    d2l.set_seed(0)  # the same parameters whatever else is measured
    runs = in_turn(experiment, V, minibatches)
    measured = [next(runs) for _ in range(1 + num_epochs)]
    ours, plain = (statistics.median(column) for column in list(zip(*measured[1:], strict=True))[:2])
    # A weight is multiplied forward, for the gradient of its input, and for its own.
    work = 3 * 2 * experiment.num_weights(V) * T * B * len(minibatches)
    limit = work / max(product_rates(256, V))
    apart = max(run[2] for run in measured[:3])
    print(
        f"| {experiment.title:21} | {ours:6.3f} | {plain:6.3f} | {plain / ours:5.2f} | {experiment.goal:4.1f} "
        f"| {limit:6.3f} | {ours / limit:5.1f} | {apart:7.0e} |",
        flush=True,
    )


def growth() -> None:
    """Draws seconds per minibatch over T and over B, for the GRU from scratch and for `nn.GRU`."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    V = 1027
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), sharey=True, layout="constrained")
    sweeps = ([(32, steps) for steps in (5, 10, 20, 35, 50, 70)], [(rows, 35) for rows in (4, 8, 16, 32, 48, 64)])
    for ax, sizes, varied, label in zip(axes, sweeps, (1, 0), ("T (B = 32)", "B (T = 35)"), strict=True):
        for name, colour in (("gru-scratch", "tab:blue"), ("gru", "tab:orange")):
            times = [minibatch_seconds(EXPERIMENTS[name], V, *size) for size in sizes]
            over = [size[varied] for size in sizes]
            for column, style, who in ((0, "o-", "trainer"), (1, "s:", "transcription")):
                milliseconds = [1e3 * pair[column] for pair in times]
                ax.plot(over, milliseconds, style, color=colour, label=f"{EXPERIMENTS[name].title}, {who}")
        ax.set(xlabel=label, xlim=(0, None), ylim=(0, None))
    axes[0].set_ylabel("milliseconds per minibatch")
    axes[0].legend(frameon=False, fontsize=8)
    figure.savefig(PICTURE, dpi=110)
    print(PICTURE)


def minibatch_seconds(experiment: Experiment, V: int, rows: int, steps: int) -> tuple[float, float]:
    minibatches = [(torch.randint(V, (rows, steps)), torch.randint(V, (rows, steps))) for _ in range(3)]
    runs = in_turn(experiment, V, minibatches)
    next(runs)
    columns = list(zip(*[next(runs) for _ in range(5)], strict=True))
    return statistics.median(columns[0]) / 3, statistics.median(columns[1]) / 3


def main() -> None:
    parser = argparse.ArgumentParser(description="Seconds per epoch: trainer against transcription.")
    parser.add_argument("--only", nargs="+", choices=EXPERIMENTS, metavar="NAME", help=", ".join(EXPERIMENTS))
    parser.add_argument("--epochs", type=int, default=7, help="counted epochs of each (default 7)")
    parser.add_argument("--quick", action="store_true", help="two epochs: to see that it works, not to compare")
    parser.add_argument("--growth", action="store_true", help="draw how the time grows with T and B instead")
    arguments = parser.parse_args()
    d2l.set_seed(0)
    if arguments.growth:
        growth()
        return
    indices, V = corpus()
    minibatches = list(d2l.data_iter_consecutive(indices, B, T))
    num_epochs = 2 if arguments.quick else arguments.epochs
    rates = " and ".join(f"{rate / 1e9:.0f}" for rate in product_rates(256, V))
    print(f"V {V}, B {B}, T {T}, {len(minibatches)} minibatches per epoch; median of {num_epochs} epochs; "
          f"{torch.get_num_threads()} threads;\nproducts of {T * B} x 256 x {V}: {rates} GFLOP/s by torch.mm and by "
          "the trainer\n\n| seconds per epoch     | ours   | plain  | ratio | goal | limit  | times | losses  |\n"
          "|---|---|---|---|---|---|---|---|")  # fmt: skip
    for name in arguments.only or EXPERIMENTS:
        report(EXPERIMENTS[name], V, minibatches, num_epochs)


if __name__ == "__main__":
    main()
