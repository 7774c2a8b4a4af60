"""The scores of a gap filler: what has seen the step's own input is named, and what stands beyond the ends."""

from __future__ import annotations

import pytest
import torch

from course_utils.equations import BIRNN, BIRNN_GAP, GRU, NETWORKS, evaluate
from course_utils.equations.mistakes.gap_edits import all_edits
from tests.equations.test_evaluate import draw


def edit_of(start):
    return next(edit for edit in all_edits(BIRNN_GAP) if edit.sentence.startswith(start))


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_other_networks_have_none(network):
    assert list(all_edits(network)) == []


def test_the_states_of_the_step_itself_make_the_plain_network():
    edit = edit_of("the outputs read X_t: they use →H_t and ←H_t")
    assert edit.network.equations == BIRNN.equations


def test_changing_an_input_changes_the_scores_of_all_other_steps_and_not_its_own():
    inputs, state, parameters = draw(BIRNN_GAP)
    changed = [X.roll(1, dims=1) if step == 1 else X for step, X in enumerate(inputs)]
    before, after = (evaluate(BIRNN_GAP, given, state, parameters)[0] for given in (inputs, changed))
    same = [torch.equal(*pair) for pair in zip(before, after, strict=True)]
    assert same == [step == 1 for step in range(len(inputs))]


@pytest.mark.parametrize(
    "start, first, last",
    [
        ("beyond the ends stand zeros", lambda f, b: f[0] * 0, lambda f, b: b[0] * 0),
        ("at the ends the nearest state is repeated", lambda f, b: f[0], lambda f, b: b[-1]),
        ("the states wrap around", lambda f, b: f[-1], lambda f, b: b[0]),
    ],
    ids=["zeros", "repeated", "around"],
)
def test_what_stands_beyond_the_ends_is_what_the_sentence_says(start, first, last):
    inputs, state, parameters = draw(BIRNN_GAP)
    U_f, W_f, c_f, U_b, W_b, c_b, W_hq, b_q = parameters
    f, b = [state[0]], [state[1]]
    for X, mirror in zip(inputs, inputs[::-1], strict=True):
        f.append(torch.tanh(X @ U_f + f[-1] @ W_f + c_f))
        b.insert(0, torch.tanh(mirror @ U_b + b[0] @ W_b + c_b))
    f, b = f[1:], b[:-1]
    before, after = [first(f, b), *f[:-1]], [*b[1:], last(f, b)]
    expected = [torch.cat(pair, dim=1) @ W_hq + b_q for pair in zip(before, after, strict=True)]
    got, _ = evaluate(edit_of(start).network, inputs, state, parameters)
    torch.testing.assert_close(torch.stack(got), torch.stack(expected))


def test_no_edit_is_made_of_a_network_with_one_direction():
    assert list(all_edits(GRU)) == []
