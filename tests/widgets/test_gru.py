"""The explorer of a GRU's gates computes the cell's equations, and says what it shows."""

import math

import pytest
from hypothesis import given

from course_utils.equations import GRU
from course_utils.widgets.gates import PULSE_STEP, STEPS, STORED
from course_utils.widgets.gru import GateSettings, gate_explorer, gate_response
from tests.widgets.held_gates import held, number, open_gates, pulses, states_of


@given(Z=open_gates, Z_at_pulse=open_gates, R=open_gates, pulse=pulses)
def test_a_gru_s_states_are_those_of_the_equations_with_the_gates_held_by_their_biases(Z, Z_at_pulse, R, pulse):
    weights = held("z", Z, Z_at_pulse, pulse) | held("r", R, R, pulse) | {"W_xh": number(2.0), "W_hh": number(1.0)}
    states, _ = states_of(GRU, weights, (number(STORED),), pulse)
    response = gate_response(GateSettings(Z, Z_at_pulse, R, pulse))
    assert response.inputs[PULSE_STEP - 1] == pulse
    assert response.states == pytest.approx(states, abs=1e-9)


def test_an_update_gate_of_one_keeps_the_stored_value_and_reads_nothing():
    assert gate_response(GateSettings(Z=1, Z_at_pulse=1, pulse=-1)).states == [STORED] * STEPS


def test_closed_gates_leave_nothing_but_the_input():
    states = gate_response(GateSettings(Z=0, Z_at_pulse=0, R=0, pulse=1)).states
    assert [step for step, state in enumerate(states, start=1) if state] == [PULSE_STEP]


def test_a_gate_that_opens_in_time_keeps_first_the_stored_value_and_then_the_pulse():
    states = gate_response(GateSettings(Z=1, Z_at_pulse=0, R=0, pulse=-1)).states
    assert states[: PULSE_STEP - 1] == [STORED] * (PULSE_STEP - 1)
    assert states[PULSE_STEP - 1 :] == [math.tanh(-2)] * (STEPS - PULSE_STEP + 1)


@pytest.mark.parametrize("name", ["Z", "Z_at_pulse", "R"])
@pytest.mark.parametrize("value", [-0.01, 1.01, math.nan])
def test_a_gate_out_of_its_range_is_refused_by_name(name, value):
    with pytest.raises(ValueError, match=f"{name} is a gate"):
        gate_response(GateSettings(**{name: value}))


def test_the_explorer_says_in_words_what_it_shows():
    explorer = gate_explorer()
    explorer.settings = {"Z": 1, "Z_at_pulse": 0, "R": 0.5, "pulse": -1}
    assert repr(explorer) == (
        "Z 1.00, Z at the pulse 0.00, R 0.50, pulse −1.0: 0.90 is stored, and after 30 steps the state is −0.91."
    )
