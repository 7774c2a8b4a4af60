"""The search for two mistakes yields the pair that was made, and nothing that does not give the answer."""

from __future__ import annotations

import time

import pytest
import torch

from course_utils.checks.cases import draw_cases
from course_utils.checks.pairs import candidate_pairs
from course_utils.checks.probe import ForwardResult
from course_utils.equations import GRU, NETWORKS, edits, evaluate
from course_utils.equations.mistakes.edit import compose


def case_of(network):
    return draw_cases([network] * 3, seed=5)[-1]


def answer_of(network, case):
    outputs, state = evaluate(network, case.inputs, case.state, case.parameters)
    return ForwardResult(outputs, state)


def edit_with(network, sentence):
    return next(edit for edit in edits(network) if edit.sentence == sentence)


def pairs_for(network, changed, seconds=60.0):
    case = case_of(network)
    batches = candidate_pairs(case, answer_of(changed, case), time.thread_time() + seconds)
    return [{first.sentence, second.sentence} for batch in batches for first, second in batch]


@pytest.mark.parametrize(
    "first, second",
    [
        ("the bias b_q is missing in Y_t", "the bias b_r is missing in R_t"),  # in two equations
        ("Z_t uses W_xr where W_xz belongs", "W_hz is transposed in Z_t"),  # in one
        ("the bias b_q is missing in Y_t", "the state that comes in is ignored: every call starts from zeros"),
    ],
    ids=["two equations", "one equation", "a wide edit"],
)
def test_the_pair_that_was_made_is_among_the_candidates(first, second):
    pair = compose(edit_with(GRU, first), edit_with(GRU, second))
    assert {first, second} in pairs_for(GRU, pair.network)


def test_every_candidate_gives_the_answer():
    case = case_of(GRU)
    bias, blend = edit_with(GRU, "the bias b_q is missing in Y_t"), edits(GRU)[0]
    answer = answer_of(compose(bias, blend).network, case)
    batches = list(candidate_pairs(case, answer, time.thread_time() + 60))
    assert any(batches)
    for first, second in (pair for batch in batches for pair in batch):
        pair = compose(first, second)
        if pair is not None:
            for got, expected in zip(answer_of(pair.network, case).tensors(), answer.tensors(), strict=True):
                torch.testing.assert_close(got, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_an_answer_like_no_edit_has_no_candidates(network):
    case = case_of(network)
    answer = answer_of(network, case)
    strange = ForwardResult([torch.cos(3 * output) for output in answer.outputs], answer.state)
    assert not any(candidate_pairs(case, strange, time.thread_time()))
