"""The map of gates shows the values of the network that was given, by its equations or by its layer."""

import json
from base64 import b64decode
from io import BytesIO

import pytest
import torch
from PIL import Image
from torch import nn

import course_utils as d2l
from course_utils.equations import GRU, LSTM
from course_utils.errors import UsageError
from course_utils.widgets.text_gates import _sorted_map, _unpacked, gate_values, gates_over_text

UNITS = 6
KNOWN = {character: index for index, character in enumerate("不分开 ")}
LINE = "不分开 不开"


def parameters_of(network):
    draw = torch.Generator().manual_seed(0)
    return [torch.randn(shape, generator=draw) for shape in network.shapes(len(KNOWN), UNITS).values()]


def in_the_courses_order(layer, blocks, order):
    """The weights of a layer as the course's list of parameters, both biases in one."""
    biases = layer.bias_ih_l0 + layer.bias_hh_l0
    values = layer.weight_ih_l0.T, layer.weight_hh_l0.T, biases
    parts = zip(*(value.chunk(len(blocks), dim=-1) for value in values), strict=True)
    gates = dict(zip(blocks, parts, strict=True))
    return [part for name in order for part in gates[name]] + [torch.eye(UNITS, len(KNOWN)), torch.zeros(len(KNOWN))]


def largest_difference(ours, theirs, steps):
    assert ours.keys() == theirs.keys()
    return max((ours[gate][:steps] - theirs[gate][:steps]).abs().max() for gate in ours)


@pytest.mark.parametrize("network, gates", [(GRU, ["R", "Z"]), (LSTM, ["I", "F", "O"])], ids=["gru", "lstm"])
def test_the_list_of_parameters_says_which_network_it_is(network, gates):
    values = gate_values(parameters_of(network), LINE, KNOWN)
    assert [*values] == gates
    assert {tuple(value.shape) for value in values.values()} == {(len(LINE), UNITS)}
    named = dict(zip(network.parameters, parameters_of(network), strict=True))
    for gate in gates:  # the state before the first character is zero
        first = torch.sigmoid(named[f"W_x{gate.lower()}"][KNOWN[LINE[0]]] + named[f"b_{gate.lower()}"])
        assert torch.allclose(values[gate][0], first)


def test_an_lstm_layer_has_the_gates_of_the_same_parameters_in_the_equations():
    torch.manual_seed(0)
    model = d2l.RNNModel(nn.LSTM(len(KNOWN), UNITS), len(KNOWN))
    params = in_the_courses_order(model.rnn, "ifco", "ifoc")
    assert largest_difference(gate_values(model, LINE, KNOWN), gate_values(params, LINE, KNOWN), len(LINE)) < 1e-6


def test_a_gru_layer_is_computed_in_its_own_form_and_not_in_that_of_the_equations():
    torch.manual_seed(0)
    layer = nn.GRU(len(KNOWN), UNITS)
    nn.init.zeros_(layer.bias_hh_l0)
    nn.init.normal_(layer.weight_hh_l0)
    ours, theirs = gate_values(layer, LINE, KNOWN), gate_values(in_the_courses_order(layer, "rzh", "zrh"), LINE, KNOWN)
    assert largest_difference(ours, theirs, 2) < 1e-6  # the reset gate meets a state of zeros first
    assert largest_difference(ours, theirs, len(LINE)) > 0.01


def test_neither_batch_first_nor_missing_biases_matter():
    torch.manual_seed(0)
    layer, other = nn.GRU(len(KNOWN), UNITS, bias=False), nn.GRU(len(KNOWN), UNITS, bias=False, batch_first=True)
    other.load_state_dict(layer.state_dict())
    assert largest_difference(gate_values(layer, LINE, KNOWN), gate_values(other, LINE, KNOWN), len(LINE)) == 0


def test_units_that_open_and_shut_together_are_neighbours():
    odd, even = torch.tensor([0.9, 0.1] * 3), torch.tensor([0.1, 0.9] * 3)
    values = torch.stack([odd, even, odd, even, odd], dim=1)  # (T, H)
    order = _unpacked(_sorted_map(values)["order"], "<u2")
    assert {1, 3, 5} in (set(order[:3]), set(order[2:]))
    assert sorted(order) == [1, 2, 3, 4, 5]


def test_the_widget_carries_a_picture_and_words_for_where_nothing_runs():
    explorer = gates_over_text(parameters_of(LSTM), LINE, KNOWN)
    data, _ = explorer._repr_mimebundle_()
    assert Image.open(BytesIO(b64decode(data["image/png"]))).size == (1440, 760)
    unit, value = explorer.settings["unit"], gate_values(parameters_of(LSTM), LINE, KNOWN)["F"]
    words = f"forget gate F of unit {unit} at 开 (character 3): {value[2, unit - 1]:.2f}."
    assert data["text/plain"] == f"{words} Mean of all units there: {value[2].mean():.2f}."


def test_a_long_line_and_a_large_network_fit_into_a_saved_notebook():
    torch.manual_seed(0)
    explorer = gates_over_text(nn.GRU(len(KNOWN), 256), "不分开 " * 10, KNOWN)
    assert len(json.dumps([explorer.settings, explorer.data, explorer.texts])) < 40_000
    for layer, text, room in ((nn.GRU(len(KNOWN), 8), "不" * 41, 40), (nn.LSTM(len(KNOWN), 1000), "不" * 16, 15)):
        with pytest.raises(UsageError, match=f"has room for {room}: take a part of it"):
            gates_over_text(layer, text, KNOWN)


MISTAKES = {
    "no network": (3, LINE, "Got int."),
    "a plain network": (nn.RNN(len(KNOWN), UNITS), LINE, "Got RNN."),
    "too few parameters": (parameters_of(GRU)[:5], LINE, "Got a list of 5."),
    "another order": (parameters_of(GRU)[::-1], LINE, "W_xz has the shape"),
    "two layers": (nn.GRU(len(KNOWN), UNITS, num_layers=2), LINE, "one layer in one direction"),
    "another vocabulary": (nn.GRU(len(KNOWN) + 1, UNITS), LINE, "weight_ih_l0 has the shape (18, 5), expected (18, 4)"),
    "an unknown character": (parameters_of(GRU), "不在", "never read '在'"),
    "no text": (parameters_of(GRU), "", "The text is empty"),
    "a network that diverged": ([weight * torch.nan for weight in parameters_of(GRU)], LINE, "has diverged"),
}


@pytest.mark.parametrize("model, text, sentence", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named_in_one_sentence(model, text, sentence):
    with pytest.raises(UsageError) as raised:
        gate_values(model, text, KNOWN)
    assert sentence in str(raised.value)
    assert "\n" not in str(raised.value)
