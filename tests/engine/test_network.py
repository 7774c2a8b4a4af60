"""A student's network behind the engine's face is the network that the student wrote."""

import copy

import from_scratch
import pytest
import torch

from course_utils.engine import TracedNetwork
from course_utils.training.learners import FromScratch

T, B, V, H = 4, 3, 7, 5


def learner(rnn=from_scratch.gru):
    torch.manual_seed(0)
    params = from_scratch.gru_params(V, H, None)
    return FromScratch(rnn, params, from_scratch.init_gru_state, H, None, [], {}, V, False, 1.0, 1.0)


def losses(ours, number=3):
    draw = torch.Generator().manual_seed(1)
    return [ours.step(*torch.randint(V, (2, B, T), generator=draw)).item() for _ in range(number)]


def test_the_switch_leaves_the_losses_and_the_tracing_off(monkeypatch):
    traced = learner()
    expected = losses(traced)
    monkeypatch.setenv("COURSE_TRACE", "0")
    plain = learner()
    plain.network.is_tracing = True  # as a checkpoint of a traced run would have it
    assert losses(plain) == pytest.approx(expected, rel=1e-5)
    assert traced.network.is_tracing and not plain.network.is_tracing


def test_with_the_switch_nothing_is_between_the_function_and_torch(monkeypatch):
    def looking(inputs, state, params):
        outputs, state = from_scratch.gru(inputs, state, params)
        seen.append(outputs[0].isnan().any().item())
        modes.append(torch.overrides._len_torch_function_stack())
        return outputs, state

    seen, modes = [], []
    monkeypatch.setenv("COURSE_TRACE", "0")
    losses(learner(looking), 1)
    assert seen == [False] and modes == [0]


def test_scores_are_time_major():
    X, params = torch.randint(V, (B, T)), from_scratch.gru_params(V, H, None)
    state = from_scratch.init_gru_state(B, H, None)
    seen = []

    def rnn(inputs, state, params):
        outputs, state = from_scratch.gru(inputs, state, params)
        seen.extend(outputs)
        return outputs, state

    scores, _ = TracedNetwork(rnn, V)(X, state, params)
    assert scores.shape == (T * B, V)
    torch.testing.assert_close(scores, torch.cat(seen))


def test_a_network_that_cannot_be_traced_is_run_twice_once_and_then_as_it_is_written():
    calls = []

    def rnn(inputs, state, params):
        calls.append(None)
        outputs, state = from_scratch.gru(inputs, state, params)
        return [torch.func.vmap(lambda row: row * 1)(output) for output in outputs], state

    ours = learner(rnn)
    losses(ours, 2)
    assert len(calls) == 3 and not ours.network.is_tracing


def test_a_copy_of_a_network_traces_by_itself():
    ours = learner()
    losses(ours, 2)
    other = copy.deepcopy(ours)
    assert losses(other) == pytest.approx(losses(ours), rel=1e-6) and other.network.is_tracing
