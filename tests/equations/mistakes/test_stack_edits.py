"""Mistakes between the layers of a stack."""

from __future__ import annotations

import pytest
import torch

from course_utils.equations import GRU, RNN, deep_rnn, deep_rnn_residual, edits, evaluate
from course_utils.equations.mistakes.stack_edits import all_edits
from tests.equations.test_evaluate import draw


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


def residual(start, num_layers=3):
    (found,) = [edit for edit in all_edits(deep_rnn_residual(num_layers)) if edit.sentence.startswith(start)]
    return found


@pytest.mark.parametrize("num_layers", [2, 3])
def test_a_residual_stack_without_its_sums_is_the_plain_stack(num_layers):
    arguments = draw(deep_rnn(num_layers))
    left_out = residual("there is no residual connection", num_layers).network
    got, expected = (evaluate(network, *arguments) for network in (left_out, deep_rnn(num_layers)))
    torch.testing.assert_close(torch.stack(got[0]), torch.stack(expected[0]))
    torch.testing.assert_close(torch.stack(got[1]), torch.stack(expected[1]))


@pytest.mark.parametrize(
    "start, hand_up, keep",
    [
        ("the sum becomes the layer's state", lambda below, H: H, lambda below, H: below + torch.tanh(H)),
        ("what comes from below is added inside", lambda below, H: H, lambda below, H: torch.tanh(below + H)),
    ],
    ids=["in the state", "inside"],
)
def test_a_sum_in_another_place_computes_what_its_sentence_says(start, hand_up, keep):
    network = residual(start).network
    inputs, state, parameters = draw(network)
    states, outputs = list(state), []
    for below in inputs:
        for layer in range(3):
            W_xh, W_hh, b_h = parameters[3 * layer : 3 * layer + 3]
            new = below @ W_xh + states[layer] @ W_hh + b_h
            states[layer] = keep(below, new) if layer else torch.tanh(new)
            below = hand_up(below, states[layer])
        outputs.append(below @ parameters[-2] + parameters[-1])
    torch.testing.assert_close(torch.stack(evaluate(network, inputs, state, parameters)[0]), torch.stack(outputs))


def test_in_two_layers_no_edit_says_that_the_layer_below_alone_is_read():
    sentences_of_two = sentences(deep_rnn_residual(2))
    extra = [sentence for sentence in sentences(deep_rnn_residual(3)) if sentence not in sentences_of_two]
    assert len(extra) == 2 and all("H⁽ℓ−1⁾" in sentence for sentence in extra)


def test_a_term_left_out_in_every_layer_has_one_sentence_at_every_height():
    sentence = "the term U⁽ℓ−1⁾_t W_xh⁽ℓ⁾ is missing in every layer but the first"
    assert all(sentence in [edit.sentence for edit in edits(deep_rnn_residual(n))] for n in (2, 3))
