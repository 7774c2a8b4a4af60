"""Mistakes of a network as a whole: how parameters are unpacked, what states start from and what is handed on."""

from __future__ import annotations

import pytest

from course_utils.equations import BIRNN, GRU, LSTM, RNN, deep_rnn
from course_utils.equations.mistakes.network_edits import all_edits, parameter_groups


def kinds(network):
    return {edit.kind for edit in all_edits(network)}


def sentences(network, kind):
    return [edit.sentence for edit in all_edits(network) if edit.kind == kind]


def test_parameters_come_in_groups_of_three():
    assert parameter_groups(GRU) == [("W_xz", "W_hz", "b_z"), ("W_xr", "W_hr", "b_r"), ("W_xh", "W_hh", "b_h")]


def test_every_order_of_the_groups_of_a_gru_is_an_unpacking():
    assert len(sentences(GRU, "unpacking order")) == 3 * 2 * 1 - 1


def test_the_librarys_order_is_called_by_its_name():
    (named,) = [edit for edit in all_edits(LSTM) if edit.kind == "unpacking order" and edit.convention]
    assert named.convention == "torch stores the gates of nn.LSTM in this order"


def test_groups_of_different_shapes_are_not_exchanged():
    assert "unpacking order" not in kinds(deep_rnn(2))
    assert "unpacking order" in kinds(deep_rnn(3))


@pytest.mark.parametrize("network", [RNN, GRU, LSTM, BIRNN, deep_rnn(2)], ids=lambda network: network.name)
def test_the_incoming_state_may_be_ignored_in_every_network(network):
    assert "the state that comes in is ignored: every call starts from zeros" in sentences(network, "state ignored")


def test_one_state_has_no_order():
    assert "state order" not in kinds(GRU)
    assert "the states are returned in the wrong order: (C_T, H_T)" in sentences(LSTM, "state order")


def test_directions_may_share_weights_and_gates_do_not():
    assert "(W_xh_f, W_hh_f, b_h_f) are used for (W_xh_b, W_hh_b, b_h_b) too" in sentences(BIRNN, "shared weights")
    assert "shared weights" not in kinds(GRU)


def test_a_direction_that_is_turned_hands_on_its_other_end():
    turned = [edit for edit in all_edits(BIRNN) if edit.kind == "direction"]
    assert {name for edit in turned for name in edit.states} == {"H_f", "H_b"}
