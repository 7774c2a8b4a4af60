"""Depth, to be changed with sliders: the rest of a signal, and of its gradient, after many layers."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from course_utils.translation import say
from course_utils.widgets.explorer import Explorer, script, short, slider, style_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DEEPEST = 20  # layers
EXAMPLES, UNITS = 32, 64  # B and H: few enough for a picture that follows the sliders
LOWEST, HIGHEST = 1e-7, 1e4  # of the axis


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
    """Computes one step of a stack of layers with 64 units: 32 random examples go up, random errors come down.

    A layer gives `tanh(X @ W_xh)`, plus `settings.residual` times its own input `X`; biases and the states before
    are 0. `W_xh` is drawn from N(0, scale² / 64), with the same draws at every call. A signal is the root mean
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


def depth_explorer() -> Explorer:
    """How much is left of a signal at each layer of a stack, and of the gradient that comes down.

    Sliders: the number of layers, the scale of their weights, and how much of its input a layer adds to its output.
    The picture follows them; `depth_response` says what is drawn. Returns a widget, which a cell shows that ends with
    it. It moves in the page, without a kernel. Source: Glorot and Bengio 2010, section 4.2; residual connections:
    He et al. 2016, arXiv:1512.03385.
    """
    return _DepthExplorer(
        settings=asdict(DepthSettings()),
        controls=[
            slider("num_layers", say("layers"), 1, DEEPEST, 1),
            slider("scale", say("scale of the weights"), 0.05, 3.0, 0.05),
            slider(
                "residual", say("residual connection"), 0.0, 1.0, 0.05, say("{value}: adds {percent} % of its input")
            ),
        ],
        data={"deepest": DEEPEST, "examples": EXAMPLES, "units": UNITS, "lowest": LOWEST, "highest": HIGHEST},
        texts={
            "picture": say("Sizes of the signal and of the gradient at each layer, on a logarithmic axis"),
            "state": say(
                "Layers: {num_layers}, scale {scale}, residual {residual}. "
                "The signal at the top is {signal}, the gradient at the bottom {gradient}."
            ),
            "signals": say("signal on its way up: 1 at the input"),
            "gradients": say("gradient on its way down: 1 at the top"),
            "layer": say("layer (0 is the input)"),
        },
    )


@cache
def _draws() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The inputs (B, H), the errors (B, H) and the weights (layers, H, H) at scale 1, as `depth.js` draws them."""
    size = EXAMPLES * UNITS
    draws = _normal(2 * size + DEEPEST * UNITS**2)
    H, error = draws[: 2 * size].reshape(2, EXAMPLES, UNITS)  # (B, H) each
    return H, error, draws[2 * size :].reshape(DEEPEST, UNITS, UNITS) / math.sqrt(UNITS)  # (layers, H, H)


def _normal(count: int) -> np.ndarray:
    """Draws from N(0, 1), -> (count,): a hash of each one's number, as that needs no generator that both sides have.

    Source: the last step of MurmurHash3 (Appleby 2011), and Box and Muller 1958.
    """
    bits = np.arange(1, 2 * count + 1, dtype=np.uint32) * np.uint32(0x9E3779B9)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        bits = (bits ^ (bits >> np.uint32(shift))) * np.uint32(factor)
    bits ^= bits >> np.uint32(16)
    uniform = (bits + 0.5) / 2**32  # (2 count,), between 0 and 1
    return np.sqrt(-2 * np.log(uniform[::2])) * np.cos(2 * math.pi * uniform[1::2])


def _shares(sizes: list[float]) -> list[float]:
    """The sizes relative to the first of them."""
    return [float(size / sizes[0]) for size in sizes]


class _DepthExplorer(Explorer):
    _esm = script("depth")

    def response(self) -> DepthResponse:
        return depth_response(DepthSettings(**self.settings))

    def parts(self) -> dict[str, str]:
        response = self.response()
        return {"signal": short(response.signals[-1]), "gradient": short(response.gradients[0])}

    def draw(self, figure: Figure) -> None:
        from course_utils.style import COLORS, FAINT, INK

        figure.subplots_adjust(left=0.09, right=0.97, bottom=0.13, top=0.9)
        ax, response = figure.subplots(), self.response()
        style_axes(ax)
        ax.grid(True, axis="y", color=FAINT, linewidth=0.8)
        ax.axhline(1, color=INK, linewidth=1, linestyle=(0, (4, 3)))
        for kind, marker, color in (("signals", "o-", COLORS[0]), ("gradients", "s--", COLORS[1])):
            ax.semilogy(
                getattr(response, kind), marker, color=color, label=self.texts[kind], markersize=4.5, linewidth=2
            )
        ax.set(xlim=(-0.5, DEEPEST + 0.5), ylim=(LOWEST, HIGHEST), xticks=range(0, DEEPEST + 1, 2))
        ax.set_xlabel(self.texts["layer"], color=INK)
        ax.set_title(self.in_words(), loc="left", fontsize=9, color=INK)
        ax.legend(loc="lower left", frameon=False, labelcolor="linecolor")
