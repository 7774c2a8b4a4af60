"""A GRU's gates, to be moved with sliders."""

from __future__ import annotations

import math
from dataclasses import dataclass

from course_utils.translation import say
from course_utils.widgets.explorer import Explorer, script
from course_utils.widgets.gates import STORED, W_H, W_X, Curve, GateExplorer, gate, over_time, pulse, require_gates


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


def gate_explorer() -> Explorer:
    """A unit with a stored value, and sliders for its gates: does the value survive?

    Sliders: the update gate Z, its value at the step of the pulse, the reset gate R, and the pulse in the input.
    The picture follows them; `gate_response` says what is drawn. Returns a widget, which a cell shows that ends with
    it. It moves in the page, without a kernel. Source: Cho et al. 2014, arXiv:1406.1078, equations 5 to 8.
    """
    keeps = say("{value}: keeps {percent} % of the state")
    sliders = [
        gate("Z", say("update gate Z"), keeps),
        gate("Z_at_pulse", say("Z at the pulse"), keeps),
        gate("R", say("reset gate R"), say("{value}: lets {percent} % of the state through to the candidate")),
        pulse(),
    ]
    texts = {
        "picture": say("State and candidate of a GRU of one unit, and its input, step by step"),
        "state": say(
            "Z {Z}, Z at the pulse {Z_at_pulse}, R {R}, pulse {pulse}: "
            "{stored} is stored, and after {steps} steps the state is {last}."
        ),
        "states": say("state H"),
        "candidates": say("candidate H̃"),
    }
    return _GruExplorer(GateSettings(), sliders, texts)


class _GruExplorer(GateExplorer):
    _esm = script("gates", "gru")
    curves = (Curve("states", 0, ".-"), Curve("candidates", 1, "o"))
    curve_of_stored = "states"
    top = 1.15

    def response(self) -> GateResponse:
        return gate_response(GateSettings(**self.settings))
