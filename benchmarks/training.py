"""Seconds an epoch: the course's trainer against a plain transcription of the older edition's loop.

    python benchmarks/training.py [--epochs 7]

Both train the same model in this process, one epoch each in turn, with the tutorial's hyperparameters.
Printed are the medians and their ratio. The first epoch of each warms up and does not count.
"""

import argparse
import copy
import statistics
import time
from collections.abc import Callable, Iterator

import older_edition
import torch
from from_scratch import gru, gru_params, init_gru_state
from torch import Tensor, nn

import course_utils as d2l
from course_utils.corpus import CorpusError

H, B, T, THETA = 256, 32, 35, 0.01


def corpus() -> tuple[list[int], int]:
    """The corpus of the course, or random characters where it is missing: times do not depend on the text."""
    try:
        indices, _, _, vocab_size = d2l.load_data_jay_lyrics()
    except CorpusError:
        indices, vocab_size = torch.randint(1027, (10_000,)).tolist(), 1027
    return indices, vocab_size


def time_from_scratch(indices: list[int], V: int) -> Iterator[tuple[float, float]]:
    """Seconds of the trainer's and of the transcription's next epoch, again and again."""
    params = gru_params(V, H, None)
    copied = [param.detach().clone().requires_grad_() for param in params]
    plain = older_edition.train_from_scratch(
        gru, copied, lambda rows: init_gru_state(rows, H, None), V, endless(indices), False, 100, THETA
    )
    while True:
        history = d2l.train_and_predict_rnn(
            gru, lambda: params, init_gru_state, H, V, None, indices, [], {}, False, 1, T, 100, THETA, B, 2, 0, []
        )
        yield history.seconds[0], seconds(lambda: next(plain))


def time_concise(indices: list[int], V: int) -> Iterator[tuple[float, float]]:
    model = d2l.RNNModel(nn.GRU(V, H), V)
    dense = older_edition.DenseModel(copy.deepcopy(model.rnn), copy.deepcopy(model.dense))
    plain = older_edition.train_concise(dense, endless(indices), 0.01, THETA)
    while True:
        history = d2l.train_and_predict_rnn_pytorch(model, H, V, None, indices, [], {}, 1, T, 0.01, THETA, B, 2, 0, [])
        yield history.seconds[0], seconds(lambda: next(plain))


def endless(indices: list[int]) -> Iterator[Iterator[tuple[Tensor, Tensor]]]:
    """Minibatches, epoch by epoch."""
    while True:
        yield d2l.data_iter_consecutive(indices, B, T)


def seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def report(name: str, times: Iterator[tuple[float, float]], num_epochs: int) -> None:
    next(times)  # warm-up
    measured = [next(times) for _ in range(num_epochs)]
    ours, plain = (statistics.median(column) for column in zip(*measured, strict=True))
    print(f"{name:17} {ours:9.3f} {plain:15.3f} {plain / ours:8.2f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Seconds an epoch: trainer against transcription.")
    parser.add_argument("--epochs", type=int, default=7, help="counted epochs of each (default 7)")
    num_epochs = parser.parse_args().epochs
    d2l.set_seed(0)
    indices, V = corpus()
    print(f"V {V}, H {H}, B {B}, T {T}, {len(indices):,} characters; {torch.get_num_threads()} threads; "
          f"median of {num_epochs} epochs")  # fmt: skip
    print("seconds an epoch    trainer   transcription    ratio")
    report("GRU from scratch", time_from_scratch(indices, V), num_epochs)
    report("nn.GRU", time_concise(indices, V), num_epochs)


if __name__ == "__main__":
    main()
