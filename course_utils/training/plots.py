"""Plots of the course. This module imports matplotlib; `course_utils` imports it at its first use."""

import math
from base64 import b64encode
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, Locator, MaxNLocator, NullLocator

from course_utils.style import COLORS, FAINT, INK, use_chinese_font


class Run(Protocol):
    """What is drawn of a training run, such as a `History`: equally long, and epochs ascending."""

    epochs: Sequence[int]
    perplexities: Sequence[float]


SIZE = (6.4, 3.6)  # inches
DOTS = 80  # per inch on the page; the picture has twice as many, for sharp screens


def plot_perplexity(
    histories: Run | Mapping[str, Run],
    ax: Axes | None = None,
    *,
    baseline: Mapping[str, float] | None = None,
) -> Axes:
    """Draws perplexity over epochs, on a logarithmic axis; returns the axes.

    `histories` is one run, or runs by name. `baseline` names perplexities to compare with, as dashed lines,
    such as `{"uniform guess": vocab_size}`. Values that are not finite are left out.
    """
    use_chinese_font()
    ax = _new_axes() if ax is None else ax
    _prepare(ax)
    named = histories if isinstance(histories, Mapping) else {None: histories}
    for name, history in named.items():
        _draw_run(ax, history, name)
    for name, value in (baseline or {}).items():
        ax.axhline(value, color=INK, linewidth=1, linestyle=(0, (4, 3)), label=name)
    if any(named) or baseline:
        ax.legend(frameon=False, labelcolor=INK)
    return ax


def perplexity_picture(history: Run, num_epochs: int | None = None) -> dict:
    """The plot of one run as `{"png": base64, "width": …, "height": …}`, in pixels of the page.

    `num_epochs` leaves room for epochs to come. The figure is no pyplot figure: nothing to close, nothing
    that the inline backend shows again.
    """
    use_chinese_font()
    figure = Figure(figsize=SIZE, layout="constrained")
    ax = plot_perplexity(history, figure.subplots())
    if num_epochs:
        ax.set_xlim(0, num_epochs * 1.02)
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
    ax.set_xlabel("epoch", color=INK)
    ax.set_ylabel("perplexity", color=INK)
    ax.tick_params(color=FAINT, labelcolor=INK)
    ax.grid(True, color=FAINT, linewidth=0.8)
    ax.set_axisbelow(True)
    ax.set_prop_cycle(color=COLORS[len(ax.lines) % len(COLORS) :] + COLORS[: len(ax.lines) % len(COLORS)])
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(FAINT)


def _draw_run(ax: Axes, history: Run, name: str | None) -> None:
    values = np.array(history.perplexities, dtype=float)
    values[~np.isfinite(values)] = np.nan  # a gap in the line
    (line,) = ax.plot(history.epochs, values, linewidth=2, label=name)
    finite = np.flatnonzero(np.isfinite(values))
    if len(finite):
        _mark(ax, history.epochs[finite[-1]], values[finite[-1]], line.get_color())


def _mark(ax: Axes, epoch: int, value: float, color: str) -> None:
    """A dot and the number at a curve's last point."""
    ax.plot(epoch, value, "o", markersize=5, color=color)
    ax.annotate(
        f"{value:.4g}", (epoch, value), xytext=(7, 0), textcoords="offset points", va="center",
        color=color, fontsize="small",
    )  # fmt: skip


class ReadableLogLocator(Locator):
    """Ticks of a logarithmic axis that people read: 1, 2, 5, 10, …; evenly spaced ones on a short axis."""

    def __call__(self) -> np.ndarray:
        return self.tick_values(*self.axis.get_view_interval())

    def tick_values(self, vmin: float, vmax: float) -> np.ndarray:
        low, high = sorted((vmin, vmax))
        if not (low > 0 and math.isfinite(high)):
            return np.array([])
        for digits in ((1, 2, 5), (1,)):
            ticks = _round_numbers(low, high, digits)
            if 3 <= len(ticks) <= 10:
                return ticks
        if len(ticks) > 10:  # a diverged run over very many decades
            return ticks[:: math.ceil(len(ticks) / 8)]
        ticks = MaxNLocator(nbins=5, steps=[1, 2, 5, 10]).tick_values(low, high)
        return ticks[ticks > 0]


def _round_numbers(low: float, high: float, digits: tuple[int, ...]) -> np.ndarray:
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = np.array([digit * 10.0**decade for decade in decades for digit in digits])
    return ticks[(ticks >= low * (1 - 1e-9)) & (ticks <= high * (1 + 1e-9))]


def _readable(value: float) -> str:
    return f"{value:,.0f}" if 1000 <= value < 1e6 else f"{value:.6g}"
