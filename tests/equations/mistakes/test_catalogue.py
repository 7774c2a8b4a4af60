"""Edits: every one is a changed network with a sentence of its own, and its marks point at the change."""

from __future__ import annotations

from itertools import combinations

import pytest
import torch
from torch import nn

from course_utils.equations import GRU, NETWORKS, RNN, deep_rnn, edits, evaluate, reset_after
from course_utils.equations import expressions as e
from course_utils.equations.evaluate import CyclicEquation
from course_utils.equations.mistakes.edit import compose
from course_utils.equations.render import equation_text
from tests.equations.test_evaluate import copy_weights, draw
from tests.equations.trees import square_run, with_equation

every_network = pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)


def only(found):
    """The single element of a list, and a readable failure when there are more or none."""
    assert len(found) == 1, [edit.sentence for edit in found]
    return found[0]


def of_kind(network, kind):
    return [edit for edit in edits(network) if edit.kind == kind]


def model(network):
    """All that the values of a network depend on."""
    return network.equations, tuple(network.states.items()), tuple(network.initial.items())


@every_network
def test_an_edit_is_another_model(network):
    assert [edit.sentence for edit in edits(network) if model(edit.network) == model(network)] == []


@every_network
def test_no_two_edits_are_the_same_model(network):
    if network.layers:
        network = deep_rnn(3)  # "the top layer" and "every layer but the first" are one in a stack of two
    models: dict = {}
    for edit in edits(network):
        models.setdefault(model(edit.network), []).append(edit.sentence)
    assert [sentences for sentences in models.values() if len(sentences) > 1] == []


@every_network
def test_no_two_edits_share_a_sentence(network):
    sentences = [edit.sentence for edit in edits(network)]
    assert sorted({sentence for sentence in sentences if sentences.count(sentence) > 1}) == []


@every_network
def test_every_edit_describes_a_program(network):
    assert [edit.sentence for edit in edits(network) if not describes_a_program(edit)] == []


def describes_a_program(edit) -> bool:
    run = square_run(edit.network)
    try:
        run.outputs(), run.final_state()
    except CyclicEquation:
        return False
    return True


@every_network
def test_a_sentence_is_one_line_without_gaps(network):
    odd = [edit.sentence for edit in edits(network) if edit.sentence != " ".join(edit.sentence.split())]
    assert odd == []
    assert [edit.sentence for edit in edits(network) if not 15 <= len(edit.sentence) <= 150] == []
    assert [edit.sentence for edit in edits(network) if "{" in edit.sentence and "{where}" in edit.sentence] == []


@every_network
def test_marks_point_at_nodes_of_the_edited_equations(network):
    for edit in edits(network):
        for name, marks in edit.marks.items():
            assert marks
            assert set(marks) <= {path for path, _ in e.walk(edit.network.expression(name))}, edit.sentence


@every_network
def test_nothing_outside_the_marks_is_changed(network):
    for edit in edits(network):
        for equation in network.equations:
            edited, repaired = edit.network.expression(equation.name), equation.expression
            nodes = dict(e.walk(edited))
            for path in edit.marks.get(equation.name, ()):
                repaired = e.replace_at(repaired, path, nodes[path])
            assert repaired == edited, edit.sentence


@every_network
def test_the_likeliest_mistakes_come_first(network):
    ranks = [edit.rank for edit in edits(network)]
    assert ranks == sorted(ranks)


@every_network
def test_edits_are_made_once_and_leave_the_network_as_it_was(network):
    before = model(network)
    assert edits(network) is edits(network)
    assert model(network) == before


DEMANDED = [
    "blend exchanged",
    "product order",
    "activation missing",
    "activation exchanged",
    "term dropped",
    "stale state",
]


@pytest.mark.parametrize("kind", DEMANDED)
def test_the_gru_has_the_kinds_of_mistakes_that_the_course_asks_for(kind):
    assert of_kind(GRU, kind)


@pytest.mark.parametrize("bias", ["b_r", "b_z", "b_h", "b_q"])
def test_the_gru_has_an_edit_for_each_missing_bias(bias):
    only([edit for edit in edits(GRU) if edit.sentence.startswith(f"the bias {bias} is missing")])


@pytest.mark.parametrize("where, activation", [("R_t", "σ"), ("Z_t", "σ"), ("H̃_t", "tanh")])
def test_the_gru_has_an_edit_for_each_missing_activation(where, activation):
    only([edit for edit in edits(GRU) if edit.sentence == f"{where} lacks its activation {activation}"])


GATES_SWAPPED = {e.Ref("R"): e.Ref("Z"), e.Ref("Z"): e.Ref("R")}


def test_the_gru_has_an_edit_for_its_gates_exchanged():
    """Wherever the student exchanged them, in the unpacking or in their use: the values are the same."""
    exchanged = GRU
    for name in ("H_tilde", "H"):
        swapped = e.transform(GRU.expression(name), lambda node: GATES_SWAPPED.get(node, node))
        exchanged = with_equation(exchanged, name, swapped)
    arguments = draw(GRU)
    expected = torch.stack(evaluate(exchanged, *arguments)[0])
    same = [edit for edit in edits(GRU) if describes_a_program(edit) and agrees(edit.network, arguments, expected)]
    assert "exchanged" in only(same).sentence


def agrees(network, arguments, expected) -> bool:
    return torch.allclose(torch.stack(evaluate(network, *arguments)[0]), expected)


def test_the_blend_exchanged_is_written_out():
    edit = only(of_kind(GRU, "blend exchanged"))
    assert edit.sentence == "Z_t and 1 − Z_t are swapped in H_t"
    assert equation_text(edit.network, "H", edit.marks["H"]) == "H_t = ⟦(1 − Z_t)⟧ ⊙ H_{t−1} + ⟦Z_t⟧ ⊙ H̃_t"


def test_the_reset_after_the_product_is_written_out():
    edit = only(of_kind(GRU, "product order"))
    marked = equation_text(edit.network, "H_tilde", edit.marks["H_tilde"])
    assert marked == "H̃_t = tanh(X_t W_xh + ⟦R_t ⊙ (H_{t−1} W_hh)⟧ + b_h)"
    assert edit.network.equations == reset_after(GRU).equations


@pytest.mark.parametrize("kind", ["blend exchanged", "product order", "product order, bias inside"])
def test_a_convention_says_where_it_is_used(kind):
    assert only(of_kind(GRU, kind)).convention


@pytest.mark.parametrize(
    "kind, input_bias, hidden_bias",
    [("product order, bias inside", 0, 1), ("product order, bias twice", 1, 1), ("product order", 1, 0)],
)
def test_a_bias_inside_the_brackets_is_the_second_bias_of_nn_gru(kind, input_bias, hidden_bias):
    inputs, state, parameters = draw(GRU)
    named = dict(zip(GRU.parameters, parameters, strict=True))
    layer = nn.GRU(5, 4, dtype=torch.float64)
    copy_weights(layer, "_l0", [f"{{}}{gate}" for gate in "rzh"], named)
    with torch.no_grad():
        layer.bias_ih_l0[-4:] = input_bias * named["b_h"]
        layer.bias_hh_l0[-4:] = hidden_bias * named["b_h"]
        hidden, _ = layer(torch.stack(inputs), state[0][None])
    outputs, _ = evaluate(only(of_kind(GRU, kind)).network, inputs, state, parameters)
    torch.testing.assert_close(torch.stack(outputs), hidden @ named["W_hq"] + named["b_q"], rtol=1e-9, atol=1e-9)


def test_two_edits_compose_to_one_that_names_and_makes_both():
    first = only([edit for edit in edits(RNN) if edit.sentence == "the bias b_q is missing in Y_t"])
    second = only([edit for edit in edits(RNN) if edit.sentence == "H_t lacks its activation tanh"])
    pair = compose(first, second)
    assert pair.parts == (first, second)
    assert first.sentence in pair.sentence and second.sentence in pair.sentence
    assert pair.network.expression("Y") == first.network.expression("Y")
    assert pair.network.expression("H") == second.network.expression("H")


def test_edits_of_the_same_place_do_not_compose():
    whole, inside = of_kind(RNN, "activation missing")[0], of_kind(RNN, "transposed")[0]
    assert compose(whole, whole) is None
    assert compose(whole, inside) is None
    assert compose(inside, whole) is None


@every_network
def test_a_composed_edit_is_never_one_of_its_parts(network):
    likely = edits(network)[:25]
    pairs = [pair for two in combinations(likely, 2) if (pair := compose(*two)) is not None]
    assert pairs
    assert all(model(pair.network) not in (model(part.network) for part in pair.parts) for pair in pairs)
