"""A GRU's gates, to move with sliders. matplotlib and ipywidgets are loaded when something is shown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .explorer import Drawing, Slider, explore, plain

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

STEPS, PULSE_STEP = 30, 12
STORED = 0.9  # the state before the first step: the value to keep
W_XH, W_HH = 2.0, 1.0  # weights of the one unit; it has no bias
SLIDERS = (
    (Slider("Z", "update gate Z", 0.0, 1.0, 0.01), Slider("Z_at_pulse", "Z at the pulse", 0.0, 1.0, 0.01)),
    (Slider("R", "reset gate R", 0.0, 1.0, 0.01), Slider("pulse", "pulse in X", -1.0, 1.0, 0.1)),
)


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
    explore(_Drawing(), GateSettings(), SLIDERS)


def _require_gates(settings: GateSettings) -> None:
    for name in ("Z", "Z_at_pulse", "R"):
        if not 0 <= getattr(settings, name) <= 1:
            raise ValueError(f"{name} is a gate: between 0 and 1, not {getattr(settings, name)}.")


class _Drawing(Drawing):
    def lay_out(self, figure: Figure) -> Sequence[Artist]:
        from .plots import COLORS, FAINT, INK

        figure.subplots_adjust(left=0.06, right=0.83, bottom=0.13, top=0.9, hspace=0.16)
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[4, 1])
        self.caption = upper.set_title("", loc="left", fontsize=9.5, color=INK)
        for ax in (upper, lower):
            plain(ax)
            ax.axvline(PULSE_STEP, color=FAINT, linewidth=9, zorder=0)
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
        return [self.caption, self.candidates, self.states, self.inputs, *self.labels]

    def move(self, settings: GateSettings) -> None:
        response = gate_response(settings)
        self.states.set_ydata([STORED, *response.states])
        self.candidates.set_ydata(response.candidates)
        self.inputs.set_ydata([0, *response.inputs])
        self.caption.set_text(self.in_words(settings))
        self._place_labels(response.states[-1], response.candidates[-1])

    def in_words(self, settings: GateSettings) -> str:
        left = gate_response(settings).states[-1]
        gates = f"Z {settings.Z:.2f},  Z at the pulse {settings.Z_at_pulse:.2f},  R {settings.R:.2f}"
        words = f"{gates},  pulse {settings.pulse:.1f}:  {STORED:.2f} stored, {left:.2f} after {STEPS} steps"
        return words.replace("-", "−")

    def _place_labels(self, state: float, candidate: float) -> None:
        """Beside the ends of their curves, and not on top of each other."""
        apart = 0.24
        middle = (state + candidate) / 2
        if abs(state - candidate) < apart:
            side = apart / 2 if state >= candidate else -apart / 2
            state, candidate = middle + side, middle - side
        for label, height in zip(self.labels, (state, candidate), strict=True):
            label.set_position((STEPS + 0.8, height))
