"""The parts that the explorers of gates share: a unit that starts with a stored value, a pulse, and the picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from statistics import fmean
from typing import TYPE_CHECKING, Any, ClassVar

from course_utils.widgets.controls import Drawing, Slider, style_axes

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

STEPS, PULSE_STEP = 30, 12
STORED = 0.9  # what the unit holds before the first step: the value to keep
W_X, W_H = 2.0, 1.0  # the candidate's weights; it has no bias
APART = 0.22  # of half the axis: labels that are closer would touch
PULSE = Slider("pulse", "pulse in X", -1.0, 1.0, 0.1)


def gate(name: str, label: str) -> Slider:
    """The slider of the gate that the field `name` of the settings holds."""
    return Slider(name, label, 0.0, 1.0, 0.01)


def over_time(settings: Any, *gates: str) -> Iterator[tuple[float, ...]]:
    """Yields the input and these gates for each step: `pulse` and `NAME_at_pulse` at the pulse, else 0 and `NAME`."""
    usual = 0.0, *(getattr(settings, name) for name in gates)
    at_pulse = settings.pulse, *(getattr(settings, f"{name}_at_pulse") for name in gates)
    for step in range(1, STEPS + 1):
        yield at_pulse if step == PULSE_STEP else usual


def require_gates(settings: Any) -> None:
    """Raises `ValueError` for a field, other than `pulse`, that is not between 0 and 1."""
    for name in (field.name for field in fields(settings) if field.name != "pulse"):
        if not 0 <= getattr(settings, name) <= 1:
            raise ValueError(f"{name} is a gate: between 0 and 1, not {getattr(settings, name)}.")


@dataclass(frozen=True)
class Curve:
    """The curve of one field of the response; `color` is an index of `style.COLORS`; `scattered` draws only dots."""

    field: str
    label: str
    color: int
    scattered: bool = False


class GateDrawing(Drawing):
    """The picture of a unit. A subclass says what the unit computes, which curves are drawn, and the gates' text."""

    curves: ClassVar[tuple[Curve, ...]]
    stored: ClassVar[str]  # the curve that starts at the stored value
    top: ClassVar[float]  # the upper end of the axis; a curve may leave it
    caption_size: ClassVar[float] = 9.5  # points

    def response(self, settings: Any) -> Any:
        """The behaviour of the unit: `inputs` and the curves' fields, one number per step."""
        raise NotImplementedError

    def gates_text(self, settings: Any) -> str:
        """The positions of the gates, as text."""
        raise NotImplementedError

    def alt_text(self, settings: Any) -> str:
        """The gates, the pulse, and the stored value at the end."""
        last = getattr(self.response(settings), self.stored)[-1]
        text = f"{self.gates_text(settings)},  pulse {settings.pulse:.1f}:  {STORED:.2f} stored, {last:.2f}"
        return f"{text} after {STEPS} steps".replace("-", "−")

    def lay_out(self, figure: Figure) -> Sequence[Artist]:
        """The axes of the curves above that of the input; captions, curves and labels move."""
        from course_utils.style import COLORS, INK

        figure.subplots_adjust(left=0.06, right=0.83, bottom=0.13, top=0.9, hspace=0.16)
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[4, 1])
        _draw_fixed_parts(upper, lower, self.top)
        self.caption = upper.set_title("", loc="left", fontsize=self.caption_size, color=INK)
        self.lines = [_line(upper, curve.scattered, COLORS[curve.color]) for curve in self.curves]
        (self.inputs,) = lower.step(range(STEPS + 1), [0] * (STEPS + 1), where="mid", linewidth=2, color=COLORS[2])
        beside = [("stored", INK), *((curve.label, COLORS[curve.color]) for curve in self.curves)]
        self.labels = [upper.text(0, 0, label, color=color, va="center") for label, color in beside]
        return [self.caption, *self.lines, self.inputs, *self.labels]

    def move(self, settings: Any) -> None:
        """Draws the response to `settings`, with each label beside the end of its curve."""
        response = self.response(settings)
        for curve, line in zip(self.curves, self.lines, strict=True):
            start = STORED if curve.field == self.stored else float("nan")
            line.set_ydata([start, *getattr(response, curve.field)])
        self.inputs.set_ydata([0, *response.inputs])
        self.caption.set_text(self.alt_text(settings))
        ends = [STORED, *(getattr(response, curve.field)[-1] for curve in self.curves)]
        apart = APART * self.top
        for label, height in zip(self.labels, spread(ends, apart, self.top - apart / 2), strict=True):
            label.set_position((STEPS + 0.8, height))


def spread(heights: list[float], apart: float, limit: float) -> list[float]:
    """The heights, moved to lie `apart` and within ±`limit` in the same order; there must be room for that.

    Heights that are too close move up and down alike, so that each stays as near to its place as it can.
    """
    order = sorted(range(len(heights)), key=heights.__getitem__)
    groups: list[list[float]] = []  # of heights without the distances that are due; a group moves together
    for rank, index in enumerate(order):
        groups.append([heights[index] - apart * rank])
        while len(groups) > 1 and fmean(groups[-2]) >= fmean(groups[-1]):
            groups[-2:] = [groups[-2] + groups[-1]]
    placed, highest = list(heights), limit - apart * (len(heights) - 1)
    starts = [fmean(group) for group in groups for _ in group]
    for rank, (index, start) in enumerate(zip(order, starts, strict=True)):
        placed[index] = min(max(start, -limit), highest) + apart * rank
    return placed


def _line(ax: Axes, scattered: bool, color: str) -> Line2D:
    style: dict[str, Any] = (
        {"linestyle": "", "markersize": 6.5, "markerfacecolor": "none", "zorder": 3}  # rings: what is below is seen
        if scattered
        else {"linewidth": 2, "markersize": 4}
    )
    return ax.plot(range(STEPS + 1), [0] * (STEPS + 1), marker="o", color=color, **style)[0]


def _draw_fixed_parts(upper: Axes, lower: Axes, top: float) -> None:
    """Frames, ticks, the stored value and the step of the pulse."""
    from course_utils.style import COLORS, FAINT, INK

    for ax in (upper, lower):
        style_axes(ax)
        ax.axvline(PULSE_STEP, color=FAINT, linewidth=9, zorder=0)
    upper.axhline(STORED, color=INK, linewidth=1, linestyle=(0, (4, 3)))
    upper.set(xlim=(-0.5, STEPS + 0.5), ylim=(-top, top), yticks=range(-int(top), int(top) + 1))
    lower.set(ylim=(-1.3, 1.3), yticks=[-1, 0, 1])
    lower.set_xlabel("step", color=INK)
    lower.text(STEPS + 0.8, 0, r"input $X_t$", color=COLORS[2], va="center")
