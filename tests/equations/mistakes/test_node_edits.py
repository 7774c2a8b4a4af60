"""Rules become edits of one equation, and edits of a whole family where each member can have the mistake."""

from __future__ import annotations

from course_utils.equations import GRU, LSTM, deep_rnn
from course_utils.equations.mistakes.node_edits import in_families, single


def sentences(edits):
    return [edit.sentence for edit in edits]


def test_a_single_edit_names_its_equation():
    assert "the bias b_q is missing in Y_t" in sentences(single(GRU))
    assert "H̃_t lacks its activation tanh" in sentences(single(GRU))


def test_a_single_edit_changes_one_equation():
    assert all(len({change.equation for change in edit.changes}) == 1 for edit in single(LSTM))


def test_only_the_first_layer_of_a_stack_is_edited_alone():
    network = deep_rnn(3)
    changed = {change.equation for edit in single(network) for change in edit.changes}
    assert changed == {"H1", "Y"}


def test_a_blend_has_its_gates_exchanged():
    (blend,) = [edit for edit in single(GRU) if edit.kind == "blend exchanged"]
    assert blend.sentence == "Z_t and 1 − Z_t are swapped in H_t"
    assert len(blend.changes) == 2


def test_a_family_makes_the_mistake_in_every_member():
    for edit in in_families(LSTM):
        changed = {change.equation for change in edit.changes}
        assert changed in ({"I", "F", "O"}, {"I", "F", "O", "C_tilde"})
    assert "the bias b_· is missing in each gate" in sentences(in_families(LSTM))


def test_stacks_of_two_and_three_layers_have_the_same_mistakes():
    def every_layer(network):
        return {edit.sentence for edit in in_families(network) if "every layer" in edit.sentence}

    assert every_layer(deep_rnn(2)) == every_layer(deep_rnn(3)) != set()


def test_a_network_without_families_has_none():
    assert list(in_families(deep_rnn(1))) == []
