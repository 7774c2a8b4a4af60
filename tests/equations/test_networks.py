"""The course's networks: parameters in the order of the contract, shapes, states and the names of their parts."""

from __future__ import annotations

import pytest
import torch

from course_utils.equations import BIRNN, BIRNN_GAP, GRU, LSTM, NETWORKS, RNN, deep_rnn, deep_rnn_residual, evaluate
from tests.equations.test_evaluate import draw

CONTRACT = {
    "rnn": "W_xh W_hh b_h W_hq b_q",
    "gru": "W_xz W_hz b_z W_xr W_hr b_r W_xh W_hh b_h W_hq b_q",
    "lstm": "W_xi W_hi b_i W_xf W_hf b_f W_xo W_ho b_o W_xc W_hc b_c W_hq b_q",
    "deep_rnn": "W_xh1 W_hh1 b_h1 W_xh2 W_hh2 b_h2 W_hq b_q",
    "birnn": "W_xh_f W_hh_f b_h_f W_xh_b W_hh_b b_h_b W_hq b_q",
}


@pytest.mark.parametrize("name", CONTRACT)
def test_parameters_stand_in_the_order_of_the_contract(name):
    assert list(NETWORKS[name].parameters) == CONTRACT[name].split()


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_a_weight_is_a_matrix_and_a_bias_a_vector(network):
    shapes = network.shapes(vocab_size=9, num_hiddens=4)
    assert all(len(shape) == (1 if name.startswith("b") else 2) for name, shape in shapes.items())


def test_the_output_of_two_directions_reads_twice_the_hidden_units():
    assert BIRNN.shapes(9, 4)["W_hq"] == (8, 9)


def test_only_the_first_layer_reads_the_input():
    shapes = deep_rnn(3).shapes(9, 4)
    assert [shapes[f"W_xh{layer}"] for layer in (1, 2, 3)] == [(9, 4), (4, 4), (4, 4)]


@pytest.mark.parametrize(
    "network, states", [(RNN, "H"), (GRU, "H"), (LSTM, "H C"), (deep_rnn(3), "H1 H2 H3"), (BIRNN, "H_f H_b")]
)
def test_states_stand_in_the_order_of_the_contract(network, states):
    assert list(network.states) == states.split()


def test_a_direction_hands_on_the_state_of_its_own_last_step():
    assert (BIRNN.states["H_f"].at, BIRNN.states["H_b"].at) == ("last", "first")


def test_gates_are_found_by_their_activation():
    assert (RNN.gates, GRU.gates, LSTM.gates) == ((), ("R", "Z"), ("I", "F", "O"))


def test_a_stack_of_the_same_height_is_the_same_network():
    assert deep_rnn(2) is deep_rnn(2) is not deep_rnn(3)


def test_a_stack_has_at_least_one_layer():
    with pytest.raises(ValueError, match="at least one layer, got 0"):
        deep_rnn(0)


@pytest.mark.parametrize("num_layers", [1, 2, 3])
def test_a_residual_stack_is_the_loop_that_hands_up_input_plus_state(num_layers):
    network = deep_rnn_residual(num_layers)
    inputs, state, parameters = draw(network)
    states, outputs = list(state), []
    for below in inputs:
        for layer in range(num_layers):
            W_xh, W_hh, b_h = parameters[3 * layer : 3 * layer + 3]
            states[layer] = torch.tanh(below @ W_xh + states[layer] @ W_hh + b_h)
            below = below + states[layer] if layer else states[layer]
        outputs.append(below @ parameters[-2] + parameters[-1])
    got, final = evaluate(network, inputs, state, parameters)
    torch.testing.assert_close(torch.stack(got), torch.stack(outputs))
    torch.testing.assert_close(torch.stack(final), torch.stack(states))


def test_a_residual_stack_and_a_gap_filler_take_the_parameters_of_their_plain_forms():
    assert deep_rnn_residual(3).parameters == deep_rnn(3).parameters
    assert (BIRNN_GAP.parameters, BIRNN_GAP.states) == (BIRNN.parameters, BIRNN.states)


def test_only_residual_stacks_hand_up_sums():
    assert deep_rnn_residual(3).sums == ("U2", "U3")
    assert [network.sums for network in (deep_rnn_residual(1), deep_rnn(3), GRU, BIRNN_GAP)] == [()] * 4


def test_what_the_loop_over_layers_makes_is_all_above_the_first_layer():
    assert deep_rnn(3).repeated == ("H2", "H3")
    assert deep_rnn_residual(3).repeated == ("H2", "U2", "H3", "U3")
    assert GRU.repeated == ()
