"""A GRU's gates, to be moved with sliders."""

from __future__ import annotations

import math
from dataclasses import dataclass

from course_utils.widgets.controls import explore
from course_utils.widgets.gates import PULSE, STORED, W_H, W_X, Curve, GateDrawing, gate, over_time, require_gates

SLIDERS = (
    (gate("Z", "update gate Z"), gate("Z_at_pulse", "Z at the pulse")),
    (gate("R", "reset gate R"), PULSE),
)


@dataclass(frozen=True)
class GateSettings:
    """The positions of the sliders. Gates are between 0 and 1; `pulse` is the only input that is not 0."""

    Z: float = 0.95
    Z_at_pulse: float = 0.95
    R: float = 1.0
    pulse: float = -1.0


@dataclass(frozen=True)
class GateResponse:
    """The behaviour of one unit: its inputs, its candidates and its states, one number per step."""

    inputs: list[float]
    candidates: list[float]
    states: list[float]


def gate_response(settings: GateSettings) -> GateResponse:
    """Computes a GRU of one unit whose gates are set by hand, over 30 steps from a stored value of 0.9.

    At step 12 the input is `settings.pulse` and the update gate `settings.Z_at_pulse`; at every other step they
    are 0 and `settings.Z`. The reset gate is `settings.R` throughout. The weights are `W_xh = 2`, `W_hh = 1`.

    Raises `ValueError` for a gate that is not between 0 and 1. Source: Cho et al. 2014, arXiv:1406.1078,
    equations 7 and 8.
    """
    require_gates(settings)
    response, H = GateResponse([], [], []), STORED
    for X, Z in over_time(settings, "Z"):
        H_tilde = math.tanh(X * W_X + (settings.R * H) * W_H)
        H = Z * H + (1 - Z) * H_tilde
        response.inputs.append(X)
        response.candidates.append(H_tilde)
        response.states.append(H)
    return response


def gate_explorer() -> None:
    """Shows a unit with a stored value, and sliders for its gates: does the value survive?

    Sliders: the update gate Z, its value at the step of the pulse, the reset gate R, and the pulse in the input.
    The picture follows them; `gate_response` says what is drawn. Where nobody can move a slider (in a notebook
    that is executed in one go, or on a saved page) only the picture of the first position is shown. Returns nothing.
    Source: Cho et al. 2014, arXiv:1406.1078, equations 5 to 8.
    """
    explore(_GruDrawing(), GateSettings(), SLIDERS)


class _GruDrawing(GateDrawing):
    curves = (Curve("candidates", r"candidate $\tilde{H}_t$", 1, scattered=True), Curve("states", "state $H_t$", 0))
    stored = "states"
    top = 1.15

    def response(self, settings: GateSettings) -> GateResponse:
        return gate_response(settings)

    def gates_text(self, settings: GateSettings) -> str:
        return f"Z {settings.Z:.2f},  Z at the pulse {settings.Z_at_pulse:.2f},  R {settings.R:.2f}"
