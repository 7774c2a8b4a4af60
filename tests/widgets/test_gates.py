"""The explorers of gates compute the cells' equations, and their labels can be read."""

import math
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from course_utils.equations import GRU, LSTM, evaluate
from course_utils.widgets.gates import PULSE_STEP, STEPS, STORED, spread
from course_utils.widgets.gru import GateSettings, gate_response
from course_utils.widgets.lstm import LstmSettings, lstm_response

open_gates = st.floats(0.01, 0.99)
pulses = st.floats(0.1, 1) | st.floats(-1, -0.1)


def logit(gate):
    return math.log(gate / (1 - gate))


def number(value):
    return torch.tensor([[value]], dtype=torch.float64)  # (1, 1)


def held(gate, usual, at_pulse, pulse):
    """A gate's bias and input weight, so that it is `usual` where the input is 0 and `at_pulse` where it is `pulse`."""
    return {
        f"b_{gate}": number(logit(usual)),
        f"W_x{gate}": number((logit(at_pulse) - logit(usual)) / pulse),
        f"W_h{gate}": number(0.0),
    }


def states_of(network, weights, state, pulse):
    """The hidden states that the reference equations give, a number a step, and the last of every state."""
    zero = {name: number(0.0) for name in network.parameters}
    values = zero | {"W_hq": number(1.0)} | weights
    inputs = [number(pulse if step == PULSE_STEP else 0.0) for step in range(1, STEPS + 1)]
    outputs, last = evaluate(network, inputs, state, [values[name] for name in network.parameters])
    return [output.item() for output in outputs], [part.item() for part in last]


@given(Z=open_gates, Z_at_pulse=open_gates, R=open_gates, pulse=pulses)
def test_a_gru_s_states_are_those_of_the_equations_with_the_gates_held_by_their_biases(Z, Z_at_pulse, R, pulse):
    weights = held("z", Z, Z_at_pulse, pulse) | held("r", R, R, pulse) | {"W_xh": number(2.0), "W_hh": number(1.0)}
    states, _ = states_of(GRU, weights, (number(STORED),), pulse)
    response = gate_response(GateSettings(Z, Z_at_pulse, R, pulse))
    assert response.inputs[PULSE_STEP - 1] == pulse
    assert response.states == pytest.approx(states, abs=1e-9)


@given(
    F=open_gates, F_at_pulse=open_gates, I=open_gates, I_at_pulse=open_gates, O=open_gates, pulse=pulses
)  # fmt: skip
def test_an_lstm_s_states_and_cell_are_those_of_the_equations(F, F_at_pulse, I, I_at_pulse, O, pulse):  # noqa: E741
    weights = held("f", F, F_at_pulse, pulse) | held("i", I, I_at_pulse, pulse) | held("o", O, O, pulse)
    weights |= {"W_xc": number(2.0), "W_hc": number(1.0)}
    state = number(O * math.tanh(STORED)), number(STORED)
    states, (_, C) = states_of(LSTM, weights, state, pulse)
    response = lstm_response(LstmSettings(F, F_at_pulse, I, I_at_pulse, O, pulse))
    assert response.states == pytest.approx(states, abs=1e-9)
    assert response.cells[-1] == pytest.approx(C, abs=1e-9)


def test_an_update_gate_of_one_keeps_the_stored_value_and_reads_nothing():
    assert gate_response(GateSettings(Z=1, Z_at_pulse=1, pulse=-1)).states == [STORED] * STEPS


def test_closed_gates_leave_nothing_but_the_input():
    states = gate_response(GateSettings(Z=0, Z_at_pulse=0, R=0, pulse=1)).states
    assert [step for step, state in enumerate(states, start=1) if state] == [PULSE_STEP]


def test_a_gate_that_opens_in_time_keeps_first_the_stored_value_and_then_the_pulse():
    states = gate_response(GateSettings(Z=1, Z_at_pulse=0, R=0, pulse=-1)).states
    assert states[: PULSE_STEP - 1] == [STORED] * (PULSE_STEP - 1)
    assert states[PULSE_STEP - 1 :] == [math.tanh(-2)] * (STEPS - PULSE_STEP + 1)


def test_a_cell_behind_a_closed_output_gate_keeps_what_nobody_sees():
    response = lstm_response(LstmSettings(F=1, F_at_pulse=1, I=0, I_at_pulse=0, O=0))
    assert (response.cells, response.states) == ([STORED] * STEPS, [0] * STEPS)


def test_a_cell_can_keep_the_stored_value_and_the_pulse_as_their_sum():
    cells = lstm_response(LstmSettings(F=1, F_at_pulse=1, I=0, I_at_pulse=1, O=0, pulse=1)).cells
    assert cells[-1] == STORED + math.tanh(2)


@pytest.mark.parametrize(
    "settings, respond, name",
    [(GateSettings, gate_response, name) for name in ("Z", "Z_at_pulse", "R")]
    + [(LstmSettings, lstm_response, name) for name in ("F", "F_at_pulse", "I", "I_at_pulse", "O")],
)
@pytest.mark.parametrize("value", [-0.01, 1.01, math.nan])
def test_a_gate_out_of_its_range_is_refused_by_name(settings, respond, name, value):
    with pytest.raises(ValueError, match=f"{name} is a gate"):
        respond(settings(**{name: value}))


@given(heights=st.lists(st.floats(-30, 30), min_size=1, max_size=4))
def test_labels_stay_inside_the_picture_apart_and_in_their_order(heights):
    placed = spread(heights, apart=0.25, limit=1.0)
    assert all(abs(height) <= 1 + 1e-9 for height in placed)
    ordered = sorted(placed)
    assert all(above - below >= 0.25 - 1e-9 for below, above in pairwise(ordered))
    assert sorted(range(len(heights)), key=placed.__getitem__) == sorted(range(len(heights)), key=heights.__getitem__)


def test_labels_that_have_room_stay_where_they_are():
    assert spread([0.5, -0.5, 0.0], apart=0.25, limit=1.0) == [0.5, -0.5, 0.0]
