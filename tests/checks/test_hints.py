"""Every kind of mistake has a hint, and no hint is the solution."""

from __future__ import annotations

import pytest

from course_utils.checks.hints import BY_KIND, DEFAULT, hints_for
from course_utils.equations import BIRNN_GAP, NETWORKS, deep_rnn_residual, edits

KINDS = {edit.kind for network in (*NETWORKS.values(), deep_rnn_residual(3), BIRNN_GAP) for edit in edits(network)}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_edit_has_a_hint(kind):
    assert hints_for(kind)


def test_no_hint_is_for_a_kind_that_does_not_exist():
    assert set(BY_KIND) <= KINDS


def test_an_unknown_kind_gets_the_general_hints():
    assert hints_for("never heard of") == DEFAULT


def test_a_pair_gets_the_hints_of_both():
    assert set(hints_for("state ignored + final state")) == {*BY_KIND["state ignored"], *BY_KIND["final state"]}


def test_a_hint_that_both_mistakes_have_is_given_once():
    twice = hints_for("term dropped + sequence exchanged")
    assert len(twice) == len(set(twice))


def test_no_hint_writes_the_equation():
    assert not any("@" in hint or "torch." in hint for hints in BY_KIND.values() for hint in hints)
