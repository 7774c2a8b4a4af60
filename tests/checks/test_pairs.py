"""The search for several mistakes yields those that were made, and nothing that does not give the answer."""

from __future__ import annotations

import itertools
import time

import pytest
import torch

from course_utils.checks.cases import draw_cases
from course_utils.checks.pairs import candidates
from course_utils.checks.probe import ForwardResult
from course_utils.equations import GRU, LSTM, NETWORKS, edits, evaluate
from course_utils.equations.mistakes.edit import compose, compose_all


def case_of(network):
    return draw_cases([network] * 3, seed=5)[-1]


def answer_of(network, case):
    outputs, state = evaluate(network, case.inputs, case.state, case.parameters)
    return ForwardResult(outputs, state)


def edit_with(network, sentence):
    return next(edit for edit in edits(network) if edit.sentence == sentence)


def sets_for(network, changed, seconds=60.0):
    case = case_of(network)
    batches = candidates(case, answer_of(changed, case), time.thread_time() + seconds)
    return [{edit.sentence for edit in parts} for batch in batches for parts in batch]


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
    assert {first, second} in sets_for(GRU, pair.network)


def test_every_candidate_gives_the_answer():
    case = case_of(GRU)
    bias, blend = edit_with(GRU, "the bias b_q is missing in Y_t"), edits(GRU)[0]
    answer = answer_of(compose(bias, blend).network, case)
    batches = list(itertools.islice(candidates(case, answer, time.thread_time() + 60), 40))
    assert any(batches)
    for together in (compose_all(parts) for batch in batches for parts in batch):
        if together is not None:
            for got, expected in zip(answer_of(together.network, case).tensors(), answer.tensors(), strict=True):
                torch.testing.assert_close(got, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    "sentences",
    [
        ("O_t goes through tanh where σ belongs", "b_f is missing in F_t", "b_q is missing in Y_t"),
        ("Z_t and 1 − Z_t are swapped in H_t", "W_hr is transposed in R_t", "b_q is missing in Y_t"),
    ],
    ids=["lstm", "gru"],
)
def test_three_mistakes_are_found_state_by_state(sentences):
    network = LSTM if sentences[0].startswith("O_t") else GRU
    made = [next(edit for edit in edits(network) if edit.sentence.endswith(sentence)) for sentence in sentences]
    assert {edit.sentence for edit in made} in sets_for(network, compose_all(made).network)


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_an_answer_like_no_edit_has_no_candidates(network):
    case = case_of(network)
    answer = answer_of(network, case)
    strange = ForwardResult([torch.cos(3 * output) for output in answer.outputs], answer.state)
    assert not any(candidates(case, strange, time.thread_time() + 60))
