"""Depth, to be changed with sliders: the rest of a signal, and of its gradient, after many layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from course_utils.widgets.controls import Drawing, Slider, explore, style_axes

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

DEEPEST = 20  # layers
EXAMPLES, UNITS = 64, 128  # B and H
LOWEST, HIGHEST = 1e-7, 1e4  # of the axis
SLIDERS = (
    (Slider("num_layers", "layers", 1, DEEPEST, 1), Slider("scale", "scale of the weights", 0.05, 3.0, 0.05)),
    (Slider("residual", "residual connection", 0.0, 1.0, 0.05),),
)


@dataclass(frozen=True)
class DepthSettings:
    """The positions of the sliders. With a `scale` of about 1 a layer's weights keep a signal's size."""

    num_layers: int = 6
    scale: float = 0.6
    residual: float = 0.0


@dataclass(frozen=True)
class DepthResponse:
    """One number for the input and for each of the `L` layers above it, from the bottom: `L + 1` of each kind.

    `signals` say how much the states of different examples differ (1 at the input), `gradients` how large the error
    is that arrives from the top (1 at the top).
    """

    signals: list[float]
    gradients: list[float]


def depth_response(settings: DepthSettings) -> DepthResponse:
    """Computes one step of a stack of layers with 128 units: 64 random examples go up, random errors come down.

    A layer gives `tanh(X @ W_xh)`, plus `settings.residual` times its own input `X`; biases and the states before
    are 0. `W_xh` is drawn from N(0, scale² / 128), with the same draws at every call. A signal is the root mean
    square, over units, of the standard deviation over examples; a gradient is that of all entries.

    Raises `ValueError` for a depth that is not between 1 and 20. Source: Glorot and Bengio 2010, section 4.2.
    """
    if not 1 <= settings.num_layers <= DEEPEST:
        raise ValueError(f"num_layers must be between 1 and {DEEPEST}, not {settings.num_layers}.")
    H, error, draws = _draws()  # (B, H), (B, H), DEEPEST x (H, H)
    weights = [settings.scale * draw for draw in draws[: settings.num_layers]]
    states, slopes = [H], []
    for W in weights:
        A = np.tanh(H @ W)  # (B, H)
        slopes.append(1 - A**2)  # (B, H)
        H = settings.residual * H + A  # (B, H)
        states.append(H)
    errors = [error]
    for W, slope in zip(reversed(weights), reversed(slopes), strict=True):
        error = settings.residual * error + (error * slope) @ W.T  # (B, H)
        errors.append(error)
    return DepthResponse(
        _shares([np.sqrt(H.var(axis=0).mean()) for H in states]),
        _shares([np.sqrt((error**2).mean()) for error in errors])[::-1],
    )


def depth_explorer() -> None:
    """Shows how much is left of a signal at each layer of a stack, and of the gradient that comes down.

    Sliders: the number of layers, the scale of their weights, and how much of its input a layer adds to its output.
    The picture follows them; `depth_response` says what is drawn. Where nobody can move a slider only the picture of
    the first position is shown. Returns nothing. Source: Glorot and Bengio 2010, section 4.2; residual
    connections: He et al. 2016, arXiv:1512.03385.
    """
    explore(_DepthDrawing(), DepthSettings(), SLIDERS)


@cache
def _draws() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    H, error = random.normal(size=(2, EXAMPLES, UNITS))  # (B, H) each
    return H, error, random.normal(scale=UNITS**-0.5, size=(DEEPEST, UNITS, UNITS))  # (layers, H, H)


def _shares(sizes: list[float]) -> list[float]:
    """The sizes relative to the first of them."""
    return [float(size / sizes[0]) for size in sizes]


class _DepthDrawing(Drawing):
    def lay_out(self, figure: Figure) -> Sequence[Artist]:
        from course_utils.style import COLORS, FAINT, INK

        figure.subplots_adjust(left=0.09, right=0.77, bottom=0.13, top=0.9)
        ax = figure.subplots()
        style_axes(ax)
        ax.grid(True, axis="y", color=FAINT, linewidth=0.8)
        ax.axhline(1, color=INK, linewidth=1, linestyle=(0, (4, 3)))
        line = {"markersize": 4.5, "linewidth": 2}
        (self.signals,) = ax.semilogy([], [], "o-", color=COLORS[0], **line)
        (self.gradients,) = ax.semilogy([], [], "s-", color=COLORS[1], **line)
        for height, color, text in (
            (0.66, COLORS[0], "● signal\n   on its way up:\n   1 at the input"),
            (0.34, COLORS[1], "■ gradient\n   on its way down:\n   1 at the top"),
        ):
            ax.text(1.02, height, text, color=color, va="center", transform=ax.transAxes, linespacing=1.5)
        ax.set(xlim=(-0.5, DEEPEST + 0.5), ylim=(LOWEST, HIGHEST), xticks=range(0, DEEPEST + 1, 2))
        ax.set_xlabel("layer (0 is the input)", color=INK)
        self.caption = ax.set_title("", loc="left", fontsize=9.5, color=INK)
        return [self.caption, self.signals, self.gradients]

    def move(self, settings: DepthSettings) -> None:
        response = depth_response(settings)
        layers = range(settings.num_layers + 1)
        self.signals.set_data(layers, response.signals)
        self.gradients.set_data(layers, response.gradients)
        self.caption.set_text(self.alt_text(settings))

    def alt_text(self, settings: DepthSettings) -> str:
        response = depth_response(settings)
        stack = f"{settings.num_layers} layer{'s' if settings.num_layers > 1 else ''}, scale {settings.scale:.2f}"
        left = f"signal at the top {response.signals[-1]:.2g}, gradient at the bottom {response.gradients[0]:.2g}"
        return f"{stack}, residual {settings.residual:.2f}:  {left}"
