"""The explorer of an LSTM's gates computes the cell's equations, and says what it shows."""

import math

import pytest
from hypothesis import given

from course_utils.equations import LSTM
from course_utils.widgets.gates import STEPS, STORED
from course_utils.widgets.lstm import LstmSettings, lstm_explorer, lstm_response
from tests.widgets.held_gates import held, number, open_gates, pulses, states_of


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


def test_a_cell_behind_a_closed_output_gate_keeps_what_nobody_sees():
    response = lstm_response(LstmSettings(F=1, F_at_pulse=1, I=0, I_at_pulse=0, O=0))
    assert (response.cells, response.states) == ([STORED] * STEPS, [0] * STEPS)


def test_a_cell_can_keep_the_stored_value_and_the_pulse_as_their_sum():
    cells = lstm_response(LstmSettings(F=1, F_at_pulse=1, I=0, I_at_pulse=1, O=0, pulse=1)).cells
    assert cells[-1] == STORED + math.tanh(2)


@pytest.mark.parametrize("name", ["F", "F_at_pulse", "I", "I_at_pulse", "O"])
@pytest.mark.parametrize("value", [-0.01, 1.01, math.nan])
def test_a_gate_out_of_its_range_is_refused_by_name(name, value):
    with pytest.raises(ValueError, match=f"{name} is a gate"):
        lstm_response(LstmSettings(**{name: value}))


def test_the_explorer_says_in_words_what_it_shows():
    explorer = lstm_explorer()
    explorer.settings = {"F": 1, "F_at_pulse": 1, "I": 0, "I_at_pulse": 0, "O": 1, "pulse": 1}
    assert repr(explorer) == (
        "F 1.00, F at the pulse 1.00, I 0.00, I at the pulse 0.00, O 1.00, pulse 1.0: "
        "0.90 is stored, and after 30 steps the cell is 0.90."
    )
