"""The parts that the explorers of gates share: a unit that starts with a stored value, a pulse, and the picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from statistics import fmean
from typing import TYPE_CHECKING, Any, ClassVar

from course_utils.translation import say
from course_utils.widgets.explorer import Control, Explorer, decimals, slider, style_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STEPS, PULSE_STEP = 30, 12
STORED = 0.9  # what the unit holds before the first step: the value to keep
W_X, W_H = 2.0, 1.0  # the candidate's weights; it has no bias
APART = 0.16  # of half the axis: labels that are closer would touch


def gate(name: str, label: str, says: str) -> Control:
    """The slider of the gate that the field `name` of the settings holds; `says` is its position, with {percent}."""
    return slider(name, label, 0.0, 1.0, 0.01, says)


def pulse() -> Control:
    """The slider of the only input that is not 0."""
    return slider("pulse", say("pulse in X"), -1.0, 1.0, 0.1)


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
    """The curve of one field of the response; `color` is an index of `style.COLORS`; `marker` is matplotlib's."""

    field: str
    color: int
    marker: str  # "o" for open circles without a line


class GateExplorer(Explorer):
    """A unit over time. A subclass says what the unit computes, which curves are drawn, and the gates' sliders."""

    curves: ClassVar[tuple[Curve, ...]]
    curve_of_stored: ClassVar[str]  # the curve that starts at the stored value
    top: ClassVar[float]  # the upper end of the axis; a curve may leave it

    def __init__(self, settings: Any, controls: list[Control], texts: dict[str, str]) -> None:
        data: dict[str, Any] = {
            "steps": STEPS,
            "pulse_step": PULSE_STEP,
            "stored": STORED,
            "W_x": W_X,
            "W_h": W_H,
            "top": self.top,
        }
        data["curve_of_stored"] = self.curve_of_stored
        shared = {"stored": say("stored"), "inputs": say("input X"), "step": say("step")}
        super().__init__(settings=asdict(settings), controls=controls, data=data, texts=shared | texts)

    def response(self) -> Any:
        """The behaviour of the unit: `inputs` and the curves' fields, one number per step."""
        raise NotImplementedError

    def parts(self) -> dict[str, str]:
        """What was stored, and what is left of it after the last step."""
        last = getattr(self.response(), self.curve_of_stored)[-1]
        return {"stored": decimals(STORED, 2), "last": decimals(last, 2), "steps": str(STEPS)}

    def draw(self, figure: Figure) -> None:
        """The axes of the curves above that of the input, with each label beside the end of its curve."""
        from course_utils.style import COLORS, INK

        figure.subplots_adjust(left=0.06, right=0.83, bottom=0.13, top=0.87, hspace=0.16)
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[4, 1])
        _draw_fixed_parts(upper, lower, self.top, self.texts)
        upper.set_title(_two_lines(self.in_words()), loc="left", fontsize=9, color=INK)
        response = self.response()
        lower.step(range(STEPS + 1), [0, *response.inputs], where="mid", linewidth=2, color=COLORS[2])
        ends = [(STORED, self.texts["stored"], INK)]
        for curve in self.curves:
            values, color = getattr(response, curve.field), COLORS[curve.color]
            start = STORED if curve.field == self.curve_of_stored else float("nan")
            upper.plot(range(STEPS + 1), [start, *values], curve.marker, color=color, **_look(curve.marker))
            ends.append((min(max(values[-1], -self.top), self.top), self.texts[curve.field], color))
        apart = APART * self.top
        places = spread([height for height, _, _ in ends], apart, self.top - apart / 2)
        for (height, text, color), place in zip(ends, places, strict=True):
            upper.annotate(
                text, (STEPS + 0.5, height), (STEPS + 2, place), color=color, va="center", annotation_clip=False,
                arrowprops={"arrowstyle": "-", "color": color, "linewidth": 0.8},
            )  # fmt: skip


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


def _look(marker: str) -> dict[str, Any]:
    if marker == "o":  # rings: what is below is seen
        return {"markersize": 6.5, "markerfacecolor": "none", "zorder": 3}
    return {"linewidth": 2, "markersize": 4}


def _two_lines(sentence: str) -> str:
    middle = sentence.find(" ", len(sentence) // 2)
    return f"{sentence[:middle]}\n{sentence[middle + 1 :]}"


def _draw_fixed_parts(upper: Axes, lower: Axes, top: float, texts: dict[str, str]) -> None:
    """Frames, ticks, the stored value and the step of the pulse."""
    from course_utils.style import COLORS, FAINT, INK

    for ax in (upper, lower):
        style_axes(ax)
        ax.axvline(PULSE_STEP, color=FAINT, linewidth=9, zorder=0)
    upper.axhline(STORED, color=INK, linewidth=1, linestyle=(0, (4, 3)))
    upper.set(xlim=(-0.5, STEPS + 0.5), ylim=(-top, top), yticks=range(-int(top), int(top) + 1))
    lower.set(ylim=(-1.3, 1.3), yticks=[-1, 0, 1])
    lower.set_xlabel(texts["step"], color=INK)
    lower.text(STEPS + 2, 0, texts["inputs"], color=COLORS[2], va="center")
