"""Things to move with sliders. matplotlib and ipywidgets are loaded when something is shown."""

from __future__ import annotations

import math
from base64 import b64encode
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from .frontend import someone_is_there

if TYPE_CHECKING:
    from ipywidgets import Widget

STEPS, PULSE_STEP = 30, 12
STORED = 0.9  # the state before the first step: the value to keep
W_XH, W_HH = 2.0, 1.0  # weights of the one unit; it has no bias
WIDTH, HEIGHT, DOTS = 720, 380, 100  # pixels of the page, and how many make an inch


@dataclass(frozen=True)
class GateSettings:
    """Where the sliders stand. Gates are between 0 and 1, `pulse` is the one input that is not 0."""

    Z: float = 0.95
    Z_at_pulse: float = 0.95
    R: float = 1.0
    pulse: float = -1.0


@dataclass(frozen=True)
class GateResponse:
    """What one unit does over `T` steps: its inputs, its candidates and its states, a number a step."""

    inputs: list[float]
    candidates: list[float]
    states: list[float]


def gate_response(settings: GateSettings) -> GateResponse:
    """A GRU of one unit whose gates are held by hand, over 30 steps from a stored value of 0.9.

    At step 12 the input is `settings.pulse` and the update gate `settings.Z_at_pulse`; at every other step they
    are 0 and `settings.Z`. The reset gate is `settings.R` throughout. The weights are `W_xh = 2`, `W_hh = 1`.

    Raises `ValueError` for a gate that is not between 0 and 1. Source: Cho et al. 2014, arXiv:1406.1078,
    equations 7 and 8.
    """
    _require_gates(settings)
    inputs, candidates, states = [], [], []
    H = STORED
    for step in range(1, STEPS + 1):
        X, Z = (settings.pulse, settings.Z_at_pulse) if step == PULSE_STEP else (0.0, settings.Z)
        H_tilde = math.tanh(X * W_XH + (settings.R * H) * W_HH)
        H = Z * H + (1 - Z) * H_tilde
        inputs.append(X)
        candidates.append(H_tilde)
        states.append(H)
    return GateResponse(inputs, candidates, states)


def gate_explorer() -> None:
    """Shows a unit with a stored value, and sliders for its gates: does the value survive?

    Sliders: the update gate Z, its value at the step of the pulse, the reset gate R, and the pulse in the input.
    The picture follows them; `gate_response` says what is drawn. Where nobody can move a slider (a notebook that
    is executed in one go, a page that was saved) the picture of the first position stands alone. Returns nothing.
    Source: Cho et al. 2014, arXiv:1406.1078, equations 5 to 8.
    """
    from IPython.display import display

    settings = GateSettings()
    drawing = _Drawing()
    png = drawing.png(settings)
    shown = {"image/png": b64encode(png).decode("ascii"), "text/plain": _in_words(settings)}
    if someone_is_there():
        shown = {**_sliders(drawing, settings, png)._repr_mimebundle_(), **shown}
    display(shown, metadata={"image/png": {"width": WIDTH, "height": HEIGHT}}, raw=True)


def _require_gates(settings: GateSettings) -> None:
    for name in ("Z", "Z_at_pulse", "R"):
        if not 0 <= getattr(settings, name) <= 1:
            raise ValueError(f"{name} is a gate: between 0 and 1, not {getattr(settings, name)}.")


def _in_words(settings: GateSettings) -> str:
    left = gate_response(settings).states[-1]
    gates = f"Z {settings.Z:.2f},  Z at the pulse {settings.Z_at_pulse:.2f},  R {settings.R:.2f}"
    return f"{gates},  pulse {settings.pulse:.1f}:  {STORED:.2f} stored, {left:.2f} after {STEPS} steps".replace(
        "-", "−"
    )


def _sliders(drawing: _Drawing, settings: GateSettings, png: bytes) -> Widget:
    import ipywidgets

    def slider(name: str, low: float, step: float, label: str) -> Widget:
        return ipywidgets.FloatSlider(
            value=getattr(settings, name), min=low, max=1.0, step=step, description=label, readout_format=".2f",
            style={"description_width": "9em"}, layout={"width": "26em"},
        )  # fmt: skip

    sliders = {
        "Z": slider("Z", 0.0, 0.01, "update gate Z"),
        "Z_at_pulse": slider("Z_at_pulse", 0.0, 0.01, "Z at the pulse"),
        "R": slider("R", 0.0, 0.01, "reset gate R"),
        "pulse": slider("pulse", -1.0, 0.1, "pulse in X"),
    }
    picture = ipywidgets.Image(value=png, format="png", width=WIDTH, height=HEIGHT)

    def redraw(_change: object) -> None:
        picture.value = drawing.png(GateSettings(**{name: slider.value for name, slider in sliders.items()}))

    for one in sliders.values():
        one.observe(redraw, names="value")
    columns = [ipywidgets.VBox([sliders[name] for name in pair]) for pair in (("Z", "Z_at_pulse"), ("R", "pulse"))]
    return ipywidgets.VBox([ipywidgets.HBox(columns, layout={"flex_flow": "row wrap"}), picture])


class _Drawing:
    """The picture. All that stays is drawn once; a new position draws the rest over it, quick enough for a slider."""

    def __init__(self) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure  # no pyplot: nothing that the inline backend shows again

        from .plots import COLORS, FAINT, INK

        figure = Figure(figsize=(WIDTH / DOTS, HEIGHT / DOTS), dpi=2 * DOTS)  # twice as sharp as the page
        figure.subplots_adjust(left=0.06, right=0.83, bottom=0.13, top=0.9, hspace=0.16)
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[4, 1])
        self.caption = upper.set_title("", loc="left", fontsize=9.5, color=INK)
        for ax in (upper, lower):
            _plain(ax, FAINT, INK)
        upper.axhline(STORED, color=INK, linewidth=1, linestyle=(0, (4, 3)))
        steps = range(STEPS + 1)
        (self.candidates,) = upper.plot(steps[1:], [0] * STEPS, "o", markersize=3.5, color=COLORS[1], alpha=0.7)
        (self.states,) = upper.plot(steps, [0] * (STEPS + 1), "o-", markersize=4, linewidth=2, color=COLORS[0])
        (self.inputs,) = lower.step(steps, [0] * (STEPS + 1), where="mid", linewidth=2, color=COLORS[2])
        self.labels = [
            upper.text(0, 0, r"state $H_t$", color=COLORS[0], va="center"),
            upper.text(0, 0, r"candidate $\tilde{H}_t$", color=COLORS[1], va="center"),
        ]
        upper.text(STEPS + 0.8, STORED + 0.12, "stored", color=INK, va="center")
        lower.text(STEPS + 0.8, 0, r"input $X_t$", color=COLORS[2], va="center")
        upper.set(xlim=(-0.5, STEPS + 0.5), ylim=(-1.15, 1.15), yticks=[-1, 0, 1])
        lower.set(ylim=(-1.3, 1.3), yticks=[-1, 0, 1])
        lower.set_xlabel("step", color=INK)
        self.moving = [self.caption, self.candidates, self.states, self.inputs, *self.labels]
        for artist in self.moving:
            artist.set_animated(True)
        self.canvas = FigureCanvasAgg(figure)
        self.canvas.draw()
        self.still = self.canvas.copy_from_bbox(figure.bbox)

    def png(self, settings: GateSettings) -> bytes:
        from PIL import Image  # comes with matplotlib

        response = gate_response(settings)
        self.states.set_ydata([STORED, *response.states])
        self.candidates.set_ydata(response.candidates)
        self.inputs.set_ydata([0, *response.inputs])
        self.caption.set_text(_in_words(settings))
        self._place_labels(response.states[-1], response.candidates[-1])
        self.canvas.restore_region(self.still)
        for artist in self.moving:
            artist.axes.draw_artist(artist)
        png = BytesIO()
        Image.fromarray(np.asarray(self.canvas.buffer_rgba())).convert("RGB").save(png, "PNG", compress_level=3)
        return png.getvalue()

    def _place_labels(self, state: float, candidate: float) -> None:
        """Beside the ends of their curves, and not on top of each other."""
        apart = 0.24
        middle = (state + candidate) / 2
        if abs(state - candidate) < apart:
            side = apart / 2 if state >= candidate else -apart / 2
            state, candidate = middle + side, middle - side
        for label, height in zip(self.labels, (state, candidate), strict=True):
            label.set_position((STEPS + 0.8, height))


def _plain(ax: object, faint: str, ink: str) -> None:
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(faint)
    ax.tick_params(color=faint, labelcolor=ink)
    ax.axvline(PULSE_STEP, color=faint, linewidth=9, zorder=0)
