"""An LSTM's gates, to be moved with sliders."""

from __future__ import annotations

import math
from dataclasses import dataclass

from course_utils.widgets.controls import explore
from course_utils.widgets.gates import PULSE, STORED, W_H, W_X, Curve, GateDrawing, gate, over_time, require_gates

SLIDERS = (
    (gate("F", "forget gate F"), gate("F_at_pulse", "F at the pulse"), gate("O", "output gate O")),
    (gate("I", "input gate I"), gate("I_at_pulse", "I at the pulse"), PULSE),
)


@dataclass(frozen=True)
class LstmSettings:
    """The positions of the sliders. Gates are between 0 and 1; `pulse` is the only input that is not 0."""

    F: float = 0.95
    F_at_pulse: float = 0.95
    I: float = 0.0  # noqa: E741  (the field's name)
    I_at_pulse: float = 0.2
    O: float = 0.5  # noqa: E741
    pulse: float = -1.0


@dataclass(frozen=True)
class LstmResponse:
    """The behaviour of one unit: its inputs, candidates, cells and hidden states, one number per step."""

    inputs: list[float]
    candidates: list[float]
    cells: list[float]
    states: list[float]


def lstm_response(settings: LstmSettings) -> LstmResponse:
    """Computes an LSTM of one unit whose gates are set by hand, over 30 steps.

    It starts with a stored cell of 0.9 and the hidden state that shows it, `O * tanh(0.9)`. At step 12 the input is
    `settings.pulse`, and the forget and the input gate are `settings.F_at_pulse` and `settings.I_at_pulse`; at every
    other step they are 0, `settings.F` and `settings.I`. The output gate is `settings.O` throughout. The weights are
    `W_xc = 2`, `W_hc = 1`.

    Raises `ValueError` for a gate that is not between 0 and 1. Source: Hochreiter and Schmidhuber 1997, with the
    forget gate of Gers et al. 2000.
    """
    require_gates(settings)
    response, C, H = LstmResponse([], [], [], []), STORED, settings.O * math.tanh(STORED)
    for X, F, I in over_time(settings, "F", "I"):  # noqa: E741
        C_tilde = math.tanh(X * W_X + H * W_H)
        C = F * C + I * C_tilde
        H = settings.O * math.tanh(C)
        response.inputs.append(X)
        response.candidates.append(C_tilde)
        response.cells.append(C)
        response.states.append(H)
    return response


def lstm_explorer() -> None:
    """Shows a unit with a stored value in its cell, and sliders for its gates: does the value survive, and is it seen?

    Sliders: the forget and the input gate, both once more for the step of the pulse, the output gate, and the pulse in
    the input. The picture follows them; `lstm_response` says what is drawn. Where nobody can move a slider only the
    picture of the first position is shown. Returns nothing. Source: Hochreiter and Schmidhuber 1997, with the forget
    gate of Gers et al. 2000.
    """
    explore(_LstmDrawing(), LstmSettings(), SLIDERS)


class _LstmDrawing(GateDrawing):
    curves = (
        Curve("candidates", r"candidate $\tilde{C}_t$", 1, scattered=True),
        Curve("states", "state $H_t$", 3),
        Curve("cells", "cell $C_t$", 0),
    )
    stored = "cells"
    top = 2.2
    caption_size = 8.4

    def response(self, settings: LstmSettings) -> LstmResponse:
        return lstm_response(settings)

    def gates_text(self, settings: LstmSettings) -> str:
        forget = f"F {settings.F:.2f},  F at the pulse {settings.F_at_pulse:.2f}"
        enter = f"I {settings.I:.2f},  I at the pulse {settings.I_at_pulse:.2f}"
        return f"{forget},  {enter},  O {settings.O:.2f}"
