"""Plots of training runs. This module imports matplotlib; `course_utils` loads it at its first use."""

import math
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any, Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, Locator, MaxNLocator, NullLocator

from course_utils.style import COLORS, DASHES, FAINT, INK, MARKERS, use_chinese_font
from course_utils.translation import say


class PlottedRun(Protocol):
    """The part of a training run that is drawn, such as a `History`'s: equally long, with ascending epochs."""

    @property
    def epochs(self) -> Sequence[int]:
        """The numbers of the epochs."""

    @property
    def perplexities(self) -> Sequence[float]:
        """The perplexity of each epoch; it may be infinite or NaN."""


READABLE = 1e9  # what a plot shows at most: beyond, the digits of a perplexity say nothing
SIZE = (6.4, 3.6)  # inches
DOTS = 80  # per inch of the page; the picture has twice as many, for sharp screens


def plot_perplexity(
    histories: PlottedRun | Mapping[str, PlottedRun],
    ax: Axes | None = None,
    *,
    baseline: Mapping[str, float] | None = None,
) -> Axes:
    """Draws perplexity over epochs, on a logarithmic axis; returns the axes.

    `histories` is one run, or runs by name. `baseline` names perplexities to compare with, as dashed lines,
    such as `{"uniform guess": vocab_size}`. Values that are not finite, or larger than READABLE, are left out.
    """
    use_chinese_font()
    ax = _new_axes() if ax is None else ax
    _prepare(ax)
    runs: Iterable[tuple[str | None, PlottedRun]]
    runs = histories.items() if isinstance(histories, Mapping) else [(None, histories)]
    for name, history in runs:
        _draw_run(ax, history, name)
    for name, value in (baseline or {}).items():
        ax.axhline(value, color=INK, linewidth=1, linestyle=(0, (4, 3)), label=name)
    if isinstance(histories, Mapping) or baseline:
        ax.legend(frameon=False, labelcolor=INK)
    return ax


def can_be_drawn(run: PlottedRun) -> bool:
    """Whether a plot of the run would show anything."""
    return any(value < READABLE for value in run.perplexities)


def perplexity_picture(runs: Sequence[PlottedRun]) -> dict:
    """The plot of one run, or of several by number, as `{"png": base64, "width": …, "height": …}` (pixels).

    The figure is not pyplot's, so that it need not be closed and the inline backend does not show it again.
    """
    use_chinese_font()
    figure = Figure(figsize=SIZE, layout="constrained")
    named = {say("run {number}", number=number): run for number, run in enumerate(runs, start=1)}
    plot_perplexity(runs[0] if len(runs) == 1 else named, figure.subplots())
    png = BytesIO()
    figure.savefig(png, format="png", dpi=2 * DOTS)
    return {
        "png": b64encode(png.getvalue()).decode("ascii"),
        "width": round(SIZE[0] * DOTS),
        "height": round(SIZE[1] * DOTS),
    }


def _new_axes() -> Axes:
    from matplotlib import pyplot as plt

    return plt.subplots(figsize=SIZE, layout="constrained")[1]


def _prepare(ax: Axes) -> None:
    """A quiet frame, a logarithmic y axis with readable numbers, whole epochs."""
    ax.set_yscale("log")
    ax.yaxis.set_major_locator(ReadableLogLocator())
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _readable(value)))
    ax.xaxis.set_major_locator(MaxNLocator(nbins=8, steps=[1, 2, 4, 5, 10], integer=True, min_n_ticks=1))
    ax.set_xlabel(say("epoch"), color=INK)
    ax.set_ylabel(say("perplexity"), color=INK)
    ax.tick_params(color=FAINT, labelcolor=INK)
    ax.grid(True, color=FAINT, linewidth=0.8)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(FAINT)


def _draw_run(ax: Axes, history: PlottedRun, name: str | None) -> None:
    values = np.array(history.perplexities, dtype=float)
    values[~(values < READABLE)] = np.nan  # a gap in the line
    number = sum(line.get_linewidth() == 2 for line in ax.lines) % len(COLORS)
    look: dict[str, Any] = {"color": COLORS[number], "marker": MARKERS[number], "markersize": 5}
    dashes = (0, DASHES[number]) if DASHES[number] else "-"
    finite = np.flatnonzero(np.isfinite(values))
    last = [int(finite[-1])] if len(finite) else []
    ax.plot(history.epochs, values, linewidth=2, linestyle=dashes, markevery=last, label=name, **look)
    if last:
        _say_the_number(ax, history.epochs[last[0]], values[last[0]], COLORS[number])


def _say_the_number(ax: Axes, epoch: int, value: float, color: str) -> None:
    """The number beside a curve's last point; just above 1 with more digits, as 1.000005."""
    digits = 7 if 1 < value < 1.001 else 4
    ax.annotate(
        f"{value:.{digits}g}", (epoch, value), xytext=(7, 0), textcoords="offset points", va="center",
        color=color, fontsize="small",
    )  # fmt: skip


class ReadableLogLocator(Locator):
    """Ticks that people read on a logarithmic axis: 1, 2, 5, 10, …; evenly spaced ones on a short axis."""

    def __call__(self) -> list[float]:
        assert self.axis is not None, "matplotlib asks a locator only once it has an axis"
        return self.tick_values(*self.axis.get_view_interval())

    def tick_values(self, vmin: float, vmax: float) -> list[float]:
        """The ticks between the two limits; none where the axis is not positive or not finite."""
        low, high = sorted((vmin, vmax))
        if not (low > 0 and math.isfinite(high)):
            return []
        for digits in ((1, 2, 5), (1,)):
            ticks = round_numbers(low, high, digits)
            if 3 <= len(ticks) <= 10:
                return ticks
        if len(ticks) > 10:  # a diverged run over very many decades
            return ticks[:: math.ceil(len(ticks) / 8)]
        return [tick for tick in MaxNLocator(nbins=5, steps=[1, 2, 5, 10]).tick_values(low, high) if tick > 0]


def round_numbers(low: float, high: float, digits: tuple[int, ...]) -> list[float]:
    """All numbers between the two that are one of the digits and noughts: 1, 2, 5, 10, …"""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [digit * 10.0**decade for decade in decades for digit in digits]
    return [tick for tick in ticks if low * (1 - 1e-9) <= tick <= high * (1 + 1e-9)]


def _readable(value: float) -> str:
    return f"{value:,.0f}" if 1000 <= value < 1e6 else f"{value:.6g}"
