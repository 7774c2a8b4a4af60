"""A network is data: names in the order of the contract, shapes in symbols, equations that can be exchanged."""

from __future__ import annotations

import pytest

from course_utils.equations import GRU, NETWORKS, RNN, deep_rnn
from course_utils.equations import expressions as e

ORDER = {  # as the contract has it
    "rnn": "W_xh W_hh b_h W_hq b_q",
    "gru": "W_xz W_hz b_z W_xr W_hr b_r W_xh W_hh b_h W_hq b_q",
    "lstm": "W_xi W_hi b_i W_xf W_hf b_f W_xo W_ho b_o W_xc W_hc b_c W_hq b_q",
    "birnn": "W_xh_f W_hh_f b_h_f W_xh_b W_hh_b b_h_b W_hq b_q",
}
every_network = pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)


@pytest.mark.parametrize("name", [name for name in NETWORKS if name in ORDER])
def test_parameters_come_in_the_order_of_the_contract(name):
    assert " ".join(NETWORKS[name].parameters) == ORDER[name]


@every_network
def test_a_network_is_found_under_its_name(network):
    assert NETWORKS[network.name] is network


@every_network
def test_the_output_is_the_last_equation_and_is_called_y(network):
    assert network.output == network.equations[-1].name == "Y"


@every_network
def test_every_parameter_is_used(network):
    nodes = [node for equation in network.equations for _, node in e.walk(equation.expression)]
    assert {node.name for node in nodes if isinstance(node, e.Parameter)} == set(network.parameters)


@every_network
def test_every_reference_leads_to_an_input_or_an_equation(network):
    nodes = [node for equation in network.equations for _, node in e.walk(equation.expression)]
    known = {"X", *(equation.name for equation in network.equations)}
    assert {node.name for node in nodes if isinstance(node, e.Ref)} <= known


def test_shapes_are_in_numbers_when_the_sizes_are_known():
    assert RNN.shapes(vocab_size=5, num_hiddens=3) == {
        "W_xh": (5, 3),
        "W_hh": (3, 3),
        "b_h": (3,),
        "W_hq": (3, 5),
        "b_q": (5,),
    }


def test_an_equation_is_found_by_its_name():
    assert GRU.expression("Y") == e.Ref("H") @ e.Parameter("W_hq") + e.Parameter("b_q")


def test_an_unknown_equation_is_named_in_the_error():
    with pytest.raises(KeyError, match="gru has no equation for Q"):
        GRU.expression("Q")


def test_gates_are_the_sequences_that_a_sigmoid_makes():
    assert GRU.gates == ("R", "Z")
    assert RNN.gates == ()


def test_hidden_sequences_are_all_but_the_output():
    assert GRU.hidden == ("R", "Z", "H_tilde", "H")


@every_network
def test_families_and_layers_name_equations_of_the_network(network):
    spoken_of = [*network.layers, *(name for family in network.families.values() for name in family)]
    assert set(spoken_of) <= {equation.name for equation in network.equations}


@pytest.mark.parametrize("num_layers", [1, 2, 3, 6])
def test_a_stack_has_one_group_of_parameters_and_one_state_a_layer(num_layers):
    stack = deep_rnn(num_layers)
    expected = [f"{letter}{layer}" for layer in range(1, num_layers + 1) for letter in ("W_xh", "W_hh", "b_h")]
    assert list(stack.parameters) == [*expected, "W_hq", "b_q"]
    assert list(stack.states) == [f"H{layer}" for layer in range(1, num_layers + 1)]


def test_only_the_first_layer_of_a_stack_reads_the_input():
    shapes = deep_rnn(3).shapes(vocab_size=7, num_hiddens=4)
    assert [shapes[f"W_xh{layer}"] for layer in (1, 2, 3)] == [(7, 4), (4, 4), (4, 4)]


def test_a_stack_of_the_same_height_is_the_same_network():
    assert deep_rnn(2) is deep_rnn(2) is NETWORKS["deep_rnn"]


@pytest.mark.parametrize("num_layers", [0, -1])
def test_a_stack_needs_a_layer(num_layers):
    with pytest.raises(ValueError, match=f"expected at least one layer, got {num_layers}"):
        deep_rnn(num_layers)
