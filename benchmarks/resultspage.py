"""The page and the picture of the experiments' results; `experiments.py` calls this."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_utils.style import COLORS, FAINT, INK
from course_utils.training.plots import ReadableLogLocator

MARKS = (40, 80, 120, 160)  # epochs
WITHIN, ABOVE, AT_MOST = 0.15, 1.1, 1.06
STRETCH = 10  # characters
STUCK, CLOSE = 250, 5  # perplexities: only frequencies have been learnt; nearly everything has

Runs = Sequence[Mapping]


@dataclass(frozen=True)
class Published:
    """An experiment's title, and its published perplexities at the marks, on the tutorial's text.

    `rerun` are those of the older edition's own code, run again.
    """

    title: str
    tutorial: str
    rerun: str
    from_scratch: bool = False
    learns: bool = True


def results_page(
    published: Mapping[str, Published], done: Mapping[str, Runs], text: str, own: str | None, picture: str
) -> str:
    """The whole of docs/results.md, or of another text's page: `own` is that file's name, `text` the text learnt."""
    rows = [row(published[name], runs) for name, runs in done.items() if runs]
    lines = [
        "# Results",
        "",
        "Made by `python benchmarks/experiments.py`. Perplexity on the training text at the end of epochs",
        "40 / 80 / 120 / 160, with the tutorial's settings: 256 hidden units (bidirectional: 128), 35 steps,",
        "batches of 32, consecutive sampling; from scratch SGD at 100 and clipping at 0.01; with `nn` Adam at 0.01.",
        "The GRU from scratch is that of the tutorial's code, `R ⊙ (H W_hh)`, not of its equation (see chapter 1).",
        f"Medians over the seeds; torch {torch.__version__.partition('+')[0]}, on the CPU.",
        "",
        f"Text: {own or 'the embedded corpus'}, {len(text):,} characters, {len(set(text)):,} distinct. "
        f"{repeated(text):.0%} of its stretches of {STRETCH}",
        "characters occur in it more than once.",
        "",
        "| model | tutorial | older edition, run again | this course (median) | at 160, all seeds | seeds |",
        "|---|---|---|---|---|---|",
        *rows,
        "",
        f"![Perplexity over epochs of the seven models]({picture})",
        "",
        *(on_the_tutorials_text(published, done) if own else on_our_text(published, done)),
        "",
        *samples(published, done),
    ]
    return "\n".join(lines) + "\n"


def row(published: Published, runs: Runs) -> str:
    """One line of the table: medians over the seeds, and the spread at the end."""
    medians = " / ".join("–" if value is None else figure(value) for value in at_marks(runs))
    last = [run["perplexities"][-1] for run in runs]
    spread = f"{figure(min(last))} … {figure(max(last))}"
    return f"| {published.title} | {published.tutorial} | {published.rerun} | {medians} | {spread} | {len(runs)} |"


def at_marks(runs: Runs) -> list[float | None]:
    """The medians at the marks; None where no run got that far."""
    reached = [[run["perplexities"][mark - 1] for run in runs if len(run["perplexities"]) >= mark] for mark in MARKS]
    return [statistics.median(values) if values else None for values in reached]


def figure(perplexity: float) -> str:
    """Four digits, or more where the perplexity is close to 1."""
    if perplexity < 1.001:
        return f"{perplexity:.6f}"
    return f"{perplexity:.4f}" if perplexity < 1.01 else f"{perplexity:.4g}"


def repeated(text: str) -> float:
    """The share of all stretches of `STRETCH` characters that occur in the text more than once."""
    stretches = [text[i : i + STRETCH] for i in range(len(text) - STRETCH + 1)]
    counts: dict[str, int] = {}
    for stretch in stretches:
        counts[stretch] = counts.get(stretch, 0) + 1
    return sum(counts[stretch] > 1 for stretch in stretches) / len(stretches)


def agrees(ours: float | None, theirs: float) -> bool:
    """Whether ours is within 15 % of a figure above 1.1, or at most 1.06 where theirs, as all is learnt, is below."""
    if ours is None:
        return False
    return abs(ours / theirs - 1) <= WITHIN if theirs > ABOVE else ours <= AT_MOST


def on_the_tutorials_text(published: Mapping[str, Published], done: Mapping[str, Runs]) -> list[str]:
    """Whether the medians agree with the older edition's at each mark, which means something on its text only."""
    lines = [
        "## Compared with the older edition, run again",
        "",
        "If this is the tutorial's text: a model agrees where the older edition's perplexity is above "
        f"{ABOVE} and ours",
        f"is within {WITHIN:.0%} of it; elsewhere, where everything is learnt, where ours is at most {AT_MOST}.",
        "",
        f"| model | {' | '.join(f'epoch {mark}' for mark in MARKS)} |",
        f"|---|{'---|' * len(MARKS)}",
    ]
    for name, runs in done.items():
        if runs:
            theirs = [float(part) for part in published[name].rerun.split(" / ")]
            verdicts = [
                "agrees" if agrees(*pair) else "**differs**" for pair in zip(at_marks(runs), theirs, strict=True)
            ]
            lines.append(f"| {published[name].title} | {' | '.join(verdicts)} |")
    return lines


def on_our_text(published: Mapping[str, Published], done: Mapping[str, Runs]) -> list[str]:
    """The observations of the tutorial that are seen on the embedded corpus, each with its figures."""
    ends = {name: [run["perplexities"][-1] for run in runs] for name, runs in done.items() if runs}
    quick = [end for name in ends if published[name].learns and not published[name].from_scratch for end in ends[name]]
    slow = {name: min(ends[name]) for name in ends if published[name].from_scratch}
    stuck = [end for name in ends if not published[name].learns for end in ends[name]]
    lines = [
        "## The picture",
        "",
        "The tutorial's text is another one: its figures are here for the picture, not for their digits.",
        "",
    ]
    if quick:
        close = sum(end <= ABOVE for end in quick)
        lines.append(
            f"- **`nn` modules come close to 1**: {close} of {len(quick)} runs end at {ABOVE} or below, the highest at "
            f"{figure(max(quick))}."
        )
    if stuck:
        seen = _verdict(min(stuck) > STUCK)
        lines += [
            f"- **Six layers stay above {STUCK}**, near a model that knows only character frequencies: {seen},",
            f"  {figure(min(stuck))} at best. The chapter on deep networks shows why, and trains six layers.",
        ]
    if quick:
        lines += [
            "- **No clipping with `nn`**, as in the older edition: its loop asks for 0.01, but passes a generator",
            "  of parameters, which is exhausted once their norm is known, so that nothing is scaled. This course's",
            "  trainer does clip, so here it is given infinity. The bidirectional network shows it most.",
        ]
    if quick and slow:
        ends_near_1 = _verdict(max(slow.values()) < CLOSE)
        figures = " and ".join(f"{published[name].title} {figure(end)}" for name, end in slow.items())
        lines += [
            f"- **Training from scratch takes longer**: {_verdict(min(slow.values()) > statistics.median(quick))}.",
            f"- **Models from scratch come near 1 as well**: {ends_near_1}, {figures} at best.",
            "  The loop is the same: from the same parameters a plain transcription of the older one gives the same",
            "  perplexities (tests/training/test_loop.py, to 1e-4). The songs repeat verses and refrains word for",
            "  word, as sung songs do; how much a text repeats decides how far plain SGD gets in 160 epochs.",
        ]
    return lines


def _verdict(seen: bool) -> str:
    return "seen here" if seen else "**not seen here**"


def samples(published: Mapping[str, Published], done: Mapping[str, Runs]) -> list[str]:
    """The last samples of each experiment's first seed."""
    lines = ["## The last samples (seed 0)", ""]
    for name, runs in done.items():
        if runs and runs[0]["samples"]:
            lines += [f"{published[name].title}:", ""]
            lines += [f"> {sample}" + "  " for _, sample in runs[0]["samples"][-2:]] + [""]
    return lines[:-1]


def draw(published: Mapping[str, Published], done: Mapping[str, Runs], path: Path) -> None:
    """All experiments over the epochs: perplexity, and for those that come near 1 what it is above 1."""
    sheet = Figure(figsize=(10, 4.4), layout="constrained")
    whole, near = sheet.subplots(1, 2)
    for (name, runs), color in zip(done.items(), COLORS, strict=True):
        curve = [statistics.median(values) for values in zip(*(run["perplexities"] for run in runs), strict=False)]
        if not curve:
            continue
        dashed = {"linestyle": (0, (4, 2))} if published[name].from_scratch else {}
        style = {"color": color, "linewidth": 1.8, "label": published[name].title.replace("`", "")} | dashed
        whole.plot(range(1, len(curve) + 1), curve, **style)
        if min(curve) < 2:
            near.plot(range(1, len(curve) + 1), [value - 1 for value in curve], **style)
    _finish(whole, "perplexity")
    _finish(near, "perplexity − 1")
    near.set_ylim(top=1)
    sheet.legend(*whole.get_legend_handles_labels(), loc="outside lower center", ncols=4, frameon=False, labelcolor=INK)
    sheet.savefig(path, dpi=130)


def _finish(ax: Axes, label: str) -> None:
    ax.set_yscale("log")
    ax.yaxis.set_major_locator(ReadableLogLocator())
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    ax.minorticks_off()
    ax.set_xlabel("epoch", color=INK)
    ax.set_ylabel(label, color=INK)
    ax.set_xticks((1, *MARKS))
    ax.grid(True, color=FAINT, linewidth=0.8)
    ax.tick_params(color=FAINT, labelcolor=INK)
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(FAINT)
