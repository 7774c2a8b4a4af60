"""Plots of training runs. This module imports matplotlib; `course_utils` loads it at its first use."""

import math
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, Locator, MaxNLocator, NullLocator
from matplotlib.typing import ColorType

from course_utils.style import COLORS, FAINT, INK, use_chinese_font


class PlottedRun(Protocol):
    """The part of a training run that is drawn, such as a `History`'s: equally long, with ascending epochs."""

    @property
    def epochs(self) -> Sequence[int]:
        """The numbers of the epochs."""

    @property
    def perplexities(self) -> Sequence[float]:
        """The perplexity of each epoch; it may be infinite or NaN."""


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
    such as `{"uniform guess": vocab_size}`. Values that are not finite are left out.
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


def perplexity_picture(history: PlottedRun, num_epochs: int | None = None) -> dict:
    """The plot of one run as `{"png": base64, "width": …, "height": …}`, in pixels of the page.

    `num_epochs` leaves room for later epochs. The figure is not pyplot's, so that it need not be closed and the inline
    backend does not show it again.
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


def _draw_run(ax: Axes, history: PlottedRun, name: str | None) -> None:
    values = np.array(history.perplexities, dtype=float)
    values[~np.isfinite(values)] = np.nan  # a gap in the line
    (line,) = ax.plot(history.epochs, values, linewidth=2, label=name)
    finite = np.flatnonzero(np.isfinite(values))
    if len(finite):
        _mark(ax, history.epochs[finite[-1]], values[finite[-1]], line.get_color())


def _mark(ax: Axes, epoch: int, value: float, color: ColorType) -> None:
    """A dot and the number at a curve's last point; just above 1 with more digits, as 1.000005."""
    ax.plot(epoch, value, "o", markersize=5, color=color)
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
            ticks = _round_numbers(low, high, digits)
            if 3 <= len(ticks) <= 10:
                return ticks
        if len(ticks) > 10:  # a diverged run over very many decades
            return ticks[:: math.ceil(len(ticks) / 8)]
        return [tick for tick in MaxNLocator(nbins=5, steps=[1, 2, 5, 10]).tick_values(low, high) if tick > 0]


def _round_numbers(low: float, high: float, digits: tuple[int, ...]) -> list[float]:
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [digit * 10.0**decade for decade in decades for digit in digits]
    return [tick for tick in ticks if low * (1 - 1e-9) <= tick <= high * (1 + 1e-9)]


def _readable(value: float) -> str:
    return f"{value:,.0f}" if 1000 <= value < 1e6 else f"{value:.6g}"
