"""The course's experiments, one after another: `python benchmarks/experiments.py [NAME ...] [--seeds 3]`.

Each run of 160 epochs is saved in `benchmarks/results/` when it ends, so that a stopped command continues where it was;
page and picture go to `docs/`. With `COURSE_LYRICS=path` they run on another text, in a folder named by its digest, to
which page and picture go too; the page then says which figures agree with the tutorial's, whose text it may be.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import math
import os
from collections.abc import Callable
from pathlib import Path

from from_scratch import gru_params, gru_reset_after, init_gru_state, init_lstm_state, lstm, lstm_params
from resultspage import Published, draw, results_page
from torch import nn
from tqdm import tqdm

import course_utils as d2l
from course_utils.data.corpus import Corpus, CorpusError

REPOSITORY = Path(__file__).resolve().parents[1]
KEPT = REPOSITORY / "benchmarks" / "results"
EMBEDDED = REPOSITORY / "course_utils" / "data" / "lyrics.txt"
MOST_SEEDS = 10  # one digit in the names of kept runs
EPOCHS, STEPS, BATCH, THETA = 160, 35, 32, 1e-2
# The older edition's loop for `nn` modules passes a generator to its clipping, which is exhausted once the gradients'
# norm is known: nothing is ever scaled. Its figures are those of a run without clipping.
NEVER = math.inf


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
    """An experiment with an `nn` layer: Adam, learning rate 0.01, no clipping."""

    def run(corpus: Corpus) -> d2l.History:
        indices, char_to_idx, idx_to_char, V = corpus
        model = d2l.RNNModel(layer(V, num_hiddens, **options), V)
        return d2l.train_and_predict_rnn_pytorch(
            model, num_hiddens, V, None, indices, idx_to_char, char_to_idx,
            EPOCHS, STEPS, 1e-2, NEVER, BATCH, 40, 50, ["分开", "不分开"],
        )  # fmt: skip

    return run


EXPERIMENTS: dict[str, Callable[[Corpus], d2l.History]] = {
    # The tutorial's figures are those of its code, which computes another GRU than its equation.
    "gru-scratch": from_scratch(gru_reset_after, gru_params, init_gru_state),
    "gru": concise(nn.GRU),
    "lstm-scratch": from_scratch(lstm, lstm_params, init_lstm_state),
    "lstm": concise(nn.LSTM),
    "lstm-2": concise(nn.LSTM, num_layers=2),
    "lstm-6": concise(nn.LSTM, num_layers=6),
    "gru-both": concise(nn.GRU, num_hiddens=128, bidirectional=True),
}

# title, the tutorial's perplexities, and those of the older edition's own code, run again; both on the tutorial's text
PUBLISHED = {
    "gru-scratch": Published(
        "GRU from scratch", "149.27 / – / – / 1.427", "153.0 / 32.5 / 5.07 / 1.473", from_scratch=True
    ),
    "gru": Published("`nn.GRU`", "1.016 / 1.011 / 1.011 / 1.058", "1.016 / 1.012 / 1.011 / 1.008"),
    "lstm-scratch": Published(
        "LSTM from scratch", "211.5 / 68.5 / 15.0 / 3.90", "212.2 / 67.6 / 16.0 / 4.47", from_scratch=True
    ),
    "lstm": Published("`nn.LSTM`", "1.020 / 1.013 / 1.010 / 1.009", "1.025 / 1.016 / 1.012 / 1.011"),
    "lstm-2": Published("`nn.LSTM`, 2 layers", "12.84 / 1.248 / 1.022 / 1.016", "3.74 / 1.031 / 1.015 / 1.012"),
    "lstm-6": Published(
        "`nn.LSTM`, 6 layers", "276.8 / 276.3 / 276.1 / 275.7", "277.5 / 276.8 / 276.9 / 276.7", learns=False
    ),
    "gru-both": Published(
        "`nn.GRU`, bidirectional", "1.0017 / 1.0005 / 1.0003 / 1.0002", "1.0014 / 1.0005 / 1.0002 / 1.0001"
    ),
}


def measured(name: str, seed: int, corpus: Corpus, text: str) -> dict:
    """The run of one experiment with one seed: saved earlier, or made now.

    Raises KeyboardInterrupt when it is stopped.
    """
    path = KEPT / text / f"{name}-{seed}.json"
    if path.exists():
        return json.loads(path.read_text(encoding="utf-8"))
    d2l.set_seed(seed)
    with contextlib.redirect_stdout(io.StringIO()):
        history = EXPERIMENTS[name](corpus)
    if history.stopped == "interrupted":
        raise KeyboardInterrupt
    run = {"perplexities": history.perplexities, "samples": history.samples}
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(run, ensure_ascii=False), encoding="utf-8")
    os.replace(part, path)
    return run


def kept_runs(name: str, text: str) -> list[dict]:
    """All saved runs of an experiment on this text, in the order of their seeds."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted((KEPT / text).glob(f"{name}-[0-9].json"))]


def main() -> None:
    parser = argparse.ArgumentParser(description="The course's experiments; a stopped command continues where it was.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(EXPERIMENTS)} (default: all)")
    parser.add_argument("--seeds", type=int, default=3, help="number of seeds per experiment (default 3)")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(EXPERIMENTS)
    if unknown or not 1 <= arguments.seeds <= MOST_SEEDS:
        parser.error(f"expected names out of {', '.join(EXPERIMENTS)} and 1 to {MOST_SEEDS} seeds")
    if os.environ.get("COURSE_QUICK"):
        parser.error("COURSE_QUICK is set, so runs would be cut short; unset it")
    own = os.environ.get("COURSE_LYRICS")
    try:
        corpus = d2l.load_data_jay_lyrics(own or EMBEDDED)
    except CorpusError as error:
        parser.error(str(error))
    text = "".join(corpus[2][index] for index in corpus[0])
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    names = arguments.names or list(EXPERIMENTS)
    plan = [(name, seed) for name in names for seed in range(arguments.seeds)]
    bar = tqdm(plan, unit="run")
    for name, seed in bar:
        bar.set_postfix_str(f"{name}, seed {seed}")
        measured(name, seed, corpus, digest)
    done = {name: kept_runs(name, digest) for name in EXPERIMENTS}
    folder = KEPT / digest if own else REPOSITORY / "docs"
    picture = folder / ("results.png" if own else "images/results.png")
    draw(PUBLISHED, done, picture)
    page = results_page(PUBLISHED, done, text, Path(own).name if own else None, picture.relative_to(folder).as_posix())
    (folder / "results.md").write_text(page, encoding="utf-8")
    print(folder / "results.md", picture, sep="\n")


if __name__ == "__main__":
    main()
