"""The course's experiments, one after another: `python benchmarks/experiments.py [NAME ...] [--seeds 3]`.

Each run of 160 epochs is kept in `benchmarks/results/` as it ends, so that a stopped command goes on where it was; the
table goes to `docs/results.md`. `COURSE_LYRICS=path` runs them on another text, kept apart by its digest.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import os
import platform
import statistics
from collections.abc import Callable
from pathlib import Path

import torch
from from_scratch import gru, gru_params, init_gru_state, init_lstm_state, lstm, lstm_params
from torch import nn
from tqdm import tqdm

import course_utils as d2l

REPOSITORY = Path(__file__).resolve().parents[1]
KEPT = REPOSITORY / "benchmarks" / "results"
MARKS = (40, 80, 120, 160)
EPOCHS, STEPS, BATCH, THETA = 160, 35, 32, 1e-2

Corpus = tuple[list[int], dict[str, int], list[str], int]


def from_scratch(rnn: Callable, get_params: Callable, init_state: Callable) -> Callable[[Corpus], d2l.History]:
    """An experiment with a from-scratch model: SGD, learning rate 100, 256 hidden units."""

    def run(corpus: Corpus) -> d2l.History:
        indices, char_to_idx, idx_to_char, V = corpus
        return d2l.train_and_predict_rnn(
            rnn, get_params, init_state, 256, V, None, indices, idx_to_char, char_to_idx,
            False, EPOCHS, STEPS, 1e2, THETA, BATCH, 40, 50, ["分开", "不分开"],
        )  # fmt: skip

    return run


def concise(layer: type[nn.RNNBase], num_hiddens: int = 256, **options: object) -> Callable[[Corpus], d2l.History]:
    """An experiment with an `nn` layer: Adam, learning rate 0.01."""

    def run(corpus: Corpus) -> d2l.History:
        indices, char_to_idx, idx_to_char, V = corpus
        model = d2l.RNNModel(layer(V, num_hiddens, **options), V)
        return d2l.train_and_predict_rnn_pytorch(
            model, num_hiddens, V, None, indices, idx_to_char, char_to_idx,
            EPOCHS, STEPS, 1e-2, THETA, BATCH, 40, 50, ["分开", "不分开"],
        )  # fmt: skip

    return run


# name -> title, the tutorial's perplexities, the older edition's own code run again, the experiment
EXPERIMENTS: dict[str, tuple[str, str, str, Callable[[Corpus], d2l.History]]] = {
    "gru-scratch": (
        "GRU from scratch", "149.27 / – / – / 1.427", "153.0 / 32.5 / 5.07 / 1.473",
        from_scratch(gru, gru_params, init_gru_state),
    ),
    "gru": ("`nn.GRU`", "1.016 / 1.011 / 1.011 / 1.058", "1.016 / 1.012 / 1.011 / 1.008", concise(nn.GRU)),
    "lstm-scratch": (
        "LSTM from scratch", "211.5 / 68.5 / 15.0 / 3.90", "212.2 / 67.6 / 16.0 / 4.47",
        from_scratch(lstm, lstm_params, init_lstm_state),
    ),
    "lstm": ("`nn.LSTM`", "1.020 / 1.013 / 1.010 / 1.009", "1.025 / 1.016 / 1.012 / 1.011", concise(nn.LSTM)),
    "lstm-2": (
        "`nn.LSTM`, 2 layers", "12.84 / 1.248 / 1.022 / 1.016", "3.74 / 1.031 / 1.015 / 1.012",
        concise(nn.LSTM, num_layers=2),
    ),
    "lstm-6": (
        "`nn.LSTM`, 6 layers", "276.8 / 276.3 / 276.1 / 275.7", "277.5 / 276.8 / 276.9 / 276.7",
        concise(nn.LSTM, num_layers=6),
    ),
    "gru-both": (
        "`nn.GRU`, bidirectional", "1.0017 / 1.0005 / 1.0003 / 1.0002", "1.0014 / 1.0005 / 1.0002 / 1.0001",
        concise(nn.GRU, num_hiddens=128, bidirectional=True),
    ),
}  # fmt: skip


def measured(name: str, seed: int, corpus: Corpus, text: str) -> dict:
    """The run of one experiment with one seed: kept from before, or made now."""
    path = KEPT / text / f"{name}-{seed}.json"
    if path.exists():
        return json.loads(path.read_text(encoding="utf-8"))
    d2l.set_seed(seed)
    with contextlib.redirect_stdout(io.StringIO()):
        history = EXPERIMENTS[name][3](corpus)
    if history.stopped == "interrupted":
        raise KeyboardInterrupt
    run = {"perplexities": history.perplexities, "samples": history.samples}
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(run, ensure_ascii=False), encoding="utf-8")
    os.replace(part, path)
    return run


def kept_runs(name: str, text: str) -> list[dict]:
    """All runs of an experiment that have been made on this text, in the order of their seeds."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted((KEPT / text).glob(f"{name}-[0-9].json"))]


def row(name: str, runs: list[dict]) -> str:
    """One line of the table: medians over the seeds, and the spread at the end."""
    title, tutorial, again, _ = EXPERIMENTS[name]
    at = {mark: [run["perplexities"][mark - 1] for run in runs if len(run["perplexities"]) >= mark] for mark in MARKS}
    medians = " / ".join(figure(statistics.median(values)) if values else "–" for values in at.values())
    last = at[MARKS[-1]]
    spread = f"{figure(min(last))} … {figure(max(last))}" if last else "–"
    return f"| {title} | {tutorial} | {again} | {medians} | {spread} | {len(runs)} |"


def figure(perplexity: float) -> str:
    """Four digits, and more where the figure is close to 1."""
    return f"{perplexity:.4f}" if perplexity < 1.01 else f"{perplexity:.4g}"


def page(done: dict[str, list[dict]], corpus: Corpus, text: str) -> str:
    """The whole of docs/results.md."""
    indices, _, _, V = corpus
    head = [
        "# Results",
        "",
        "Made by `python benchmarks/experiments.py`. Perplexity on the training text at the end of epochs",
        "40 / 80 / 120 / 160, with the tutorial's settings: 256 hidden units (bidirectional: 128), 35 steps,",
        "batches of 32, clipping at 0.01, consecutive sampling; from scratch SGD at 100, with `nn` Adam at 0.01.",
        "",
        f"Text: {text}, {len(indices):,} characters, {V:,} distinct. The tutorial's text, another one, has 1,027:",
        "its figures are here for the picture, not for the digits. Medians over the seeds 0, 1, …; one run at a time,",
        f"on {os.cpu_count()} cores ({platform.machine()}), torch {torch.__version__.partition('+')[0]}, "
        f"{torch.get_num_threads()} thread(s), no GPU.",
        "",
        "From scratch the embedded text is learnt more slowly: it repeats itself less, a refrain stands twice at most.",
        "It is the text and not the loop: from the same parameters a plain transcription of the older loop gives the",
        "same perplexities (tests/test_training.py, to 1e-4).",
        "",
        "| model | tutorial | older edition, run again | this course (median) | at 160, all seeds | seeds |",
        "|---|---|---|---|---|---|",
    ]
    rows = [row(name, runs) for name, runs in done.items() if runs]
    return "\n".join([*head, *rows, "", *samples(done)]) + "\n"


def samples(done: dict[str, list[dict]]) -> list[str]:
    """The last samples of each experiment's first seed."""
    lines = ["## The last samples (seed 0)", ""]
    for name, runs in done.items():
        if runs and runs[0]["samples"]:
            lines += [f"{EXPERIMENTS[name][0]}:", ""]
            lines += [f"> {sample}" + "  " for _, sample in runs[0]["samples"][-2:]] + [""]
    return lines[:-1]


def main() -> None:
    parser = argparse.ArgumentParser(description="The course's experiments; a stopped run goes on where it was.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(EXPERIMENTS)} (default: all)")
    parser.add_argument("--seeds", type=int, default=3, help="how many seeds each (default 3)")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(EXPERIMENTS)
    if unknown or arguments.seeds < 1:
        parser.error(f"expected names out of {', '.join(EXPERIMENTS)} and at least one seed")
    corpus = d2l.load_data_jay_lyrics()
    own = os.environ.get("COURSE_LYRICS")
    digest = hashlib.sha256("".join(corpus[2][index] for index in corpus[0]).encode()).hexdigest()[:12]
    names = arguments.names or list(EXPERIMENTS)
    plan = [(name, seed) for name in names for seed in range(arguments.seeds)]
    bar = tqdm(plan, unit="run")
    for name, seed in bar:
        bar.set_postfix_str(f"{name}, seed {seed}")
        measured(name, seed, corpus, digest)
    done = {name: kept_runs(name, digest) for name in EXPERIMENTS}
    target = KEPT / digest / "results.md" if own else REPOSITORY / "docs" / "results.md"
    target.write_text(page(done, corpus, Path(own).name if own else "the embedded corpus"), encoding="utf-8")
    print(target)


if __name__ == "__main__":
    main()
