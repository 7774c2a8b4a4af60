"""A rule looks at one node and says what may have been written instead."""

from __future__ import annotations

import pytest

from course_utils.equations import BIRNN, GRU, LSTM
from course_utils.equations import expressions as e
from course_utils.equations.mistakes.rules import NODE_RULES, ROOT_RULES, Place, other_input, other_reference


def at_node(network, equation, node, rules=NODE_RULES):
    """Kind and sentence of all that may go wrong at a node."""
    place = Place(network, equation)
    return {
        (mistake.kind, mistake.sentence.replace("{where}", equation)) for rule in rules for mistake in rule(place, node)
    }


@pytest.mark.parametrize(
    "network, equation, node, kind, sentence",
    [
        (GRU, "Y", GRU.expression("Y"), "term dropped", "the bias b_q is missing in Y"),
        (GRU, "Y", GRU.expression("Y"), "sign", "the bias b_q is subtracted, not added, in Y"),
        (GRU, "Z", GRU.expression("Z"), "activation exchanged", "Z goes through tanh where σ belongs"),
        (GRU, "Z", GRU.expression("Z"), "bracket closed early", "b_z is added after σ, not inside it, in Z"),
        (GRU, "Z", e.Parameter("W_hz"), "transposed", "W_hz is transposed in Z"),
        (GRU, "Z", e.Parameter("W_hz"), "parameter exchanged", "Z uses W_hr where W_hz belongs"),
        (GRU, "H", e.Ref("Z"), "complement", "1 − Z_t stands where Z_t belongs in H"),
        (GRU, "H", e.OneMinus(e.Ref("Z")), "complement", "Z_t stands where 1 − Z_t belongs in H"),
        (LSTM, "C", e.Ref("I"), "coupled gates", "1 − F_t stands where I_t belongs in C"),
        (LSTM, "H", LSTM.expression("H"), "bracket", "O_t stands inside tanh, not before it, in H"),
        (GRU, "Z", e.Ref("X"), "another input", "Z reads the inputs in reversed order"),
        (BIRNN, "H", BIRNN.expression("H"), "concatenation order", "←H_t and →H_t are joined in the wrong order"),
    ],
)
def test_a_rule_names_the_mistake(network, equation, node, kind, sentence):
    assert (kind, sentence) in at_node(network, equation, node)


def test_a_leaf_without_alternatives_has_no_mistakes():
    assert at_node(GRU, "Z", e.One()) == set()


def test_an_activation_too_many_is_asked_at_the_root_only():
    said = at_node(GRU, "Y", GRU.expression("Y"), ROOT_RULES)
    assert ("extra activation", "the scores go through log-softmax, which the equation does not have") in said
    assert len(said) == 5


def test_a_reference_to_another_time_is_named_by_what_it_reads():
    place, H = Place(GRU, "Z"), e.Ref("H", -1)
    kinds = [other_reference(place, H, other).kind for other in (e.Ref("H", -2), e.Ref("H", at="initial"), e.Ref("R"))]
    assert kinds == ["stale state", "initial state", "sequence exchanged"]


def test_the_input_of_another_step_is_named():
    assert "reads the input of another step, X_{t−1}" in other_input(Place(GRU, "Z"), e.Ref("X", -1)).sentence


def test_every_mistake_is_another_tree():
    for network in (GRU, LSTM, BIRNN):
        for equation in network.equations:
            for _, node in e.walk(equation.expression):
                for rule in NODE_RULES:
                    assert all(mistake.new != node for mistake in rule(Place(network, equation.name), node))
