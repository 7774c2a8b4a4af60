"""An LSTM's gates, to be moved with sliders."""

from __future__ import annotations

import math
from dataclasses import dataclass

from course_utils.translation import say
from course_utils.widgets.explorer import Explorer, script
from course_utils.widgets.gates import STORED, W_H, W_X, Curve, GateExplorer, gate, over_time, pulse, require_gates


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


def lstm_explorer() -> Explorer:
    """A unit with a stored value in its cell, and sliders for its gates: does the value survive, and is it seen?

    Sliders: the forget and the input gate, both once more for the step of the pulse, the output gate, and the pulse in
    the input. The picture follows them; `lstm_response` says what is drawn. Returns a widget, which a cell shows that
    ends with it. It moves in the page, without a kernel. Source: Hochreiter and Schmidhuber 1997, with the forget gate
    of Gers et al. 2000.
    """
    keeps, takes = say("{value}: keeps {percent} % of the cell"), say("{value}: takes in {percent} % of the candidate")
    sliders = [
        gate("F", say("forget gate F"), keeps),
        gate("F_at_pulse", say("F at the pulse"), keeps),
        gate("I", say("input gate I"), takes),
        gate("I_at_pulse", say("I at the pulse"), takes),
        gate("O", say("output gate O"), say("{value}: shows {percent} % of the cell's tanh")),
        pulse(),
    ]
    texts = {
        "picture": say("Cell, state and candidate of an LSTM of one unit, and its input, step by step"),
        "state": say(
            "F {F}, F at the pulse {F_at_pulse}, I {I}, I at the pulse {I_at_pulse}, O {O}, pulse {pulse}: "
            "{stored} is stored, and after {steps} steps the cell is {last}."
        ),
        "cells": say("cell C"),
        "states": say("state H"),
        "candidates": say("candidate C̃"),
    }
    return _LstmExplorer(LstmSettings(), sliders, texts)


class _LstmExplorer(GateExplorer):
    _esm = script("gates", "lstm")
    curves = (Curve("cells", 0, ".-"), Curve("states", 3, "s--"), Curve("candidates", 1, "o"))
    curve_of_stored = "cells"
    top = 2.2

    def response(self) -> LstmResponse:
        return lstm_response(LstmSettings(**self.settings))
