"""Mistakes between the layers of a stack."""

from __future__ import annotations

import pytest

from course_utils.equations import GRU, RNN, deep_rnn
from course_utils.equations.mistakes.stack_edits import all_edits


def sentences(network):
    return [edit.sentence for edit in all_edits(network)]


@pytest.mark.parametrize("network", [RNN, GRU, deep_rnn(1)], ids=["rnn", "gru", "one layer"])
def test_only_stacks_have_them(network):
    assert sentences(network) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "one variable holds the state of all layers: each goes on from the one below, not from its own past",
        "each layer reads the first layer's past state where its own belongs",
        "each layer reads the one below before its activation",
        "one layer too few is computed: the top one is left out",
        "every layer starts from the first layer's incoming state",
        "the top layer's state is handed on for every layer",
    ],
)
def test_the_usual_ones_are_there_at_every_height(sentence):
    assert sentence in sentences(deep_rnn(2)) and sentence in sentences(deep_rnn(3))


def test_a_layer_left_out_hands_on_its_state_as_it_came():
    (left_out,) = [edit for edit in all_edits(deep_rnn(3)) if edit.sentence.startswith("one layer too few")]
    assert left_out.states["H3"].at == "initial"


def test_changes_reach_every_layer_above_the_first():
    (unbent,) = [edit for edit in all_edits(deep_rnn(4)) if edit.kind == "activation missing"]
    assert {change.equation for change in unbent.changes} == {"H2", "H3", "H4"}
