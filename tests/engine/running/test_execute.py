"""The loop has the gradients that it should have, and shares its memory with nobody."""

import weakref

import numpy as np
import pytest
import torch

from course_utils.engine.running.buffers import Memory
from course_utils.engine.tracing.trace import Trace
from course_utils.training.learners import FromScratch
from tests.engine.test_intercept import STYLES, case
from tests.engine.tracing.minibatches import (
    ALL,
    GATED,
    B,
    H,
    T,
    V,
    assert_same_for_three_minibatches,
    gated,
    minibatch,
    run,
)


@pytest.mark.parametrize("name, num_states, _", GATED)
def test_gates_are_of_the_weights_at_their_step_and_of_the_last_in_the_backward_pass(name, num_states, _):
    """As the dense ones are, whose weights are not copied either."""
    plain, params = gated(name)
    calls = []

    def rnn(inputs, state, params):
        calls.append(None)
        if len(calls) <= 2:
            return plain(inputs, state, params)
        first, state = plain(inputs[:2], state, params)
        params[4].data.mul_(2)
        last, state = plain(inputs[2:], state, params)
        return first + last, state

    assert_same_for_three_minibatches(rnn, params, num_states)


def test_what_a_student_keeps_outlasts_the_minibatches_that_follow():
    rnn, params = gated("lstm")
    params = [param.requires_grad_() for param in params]
    trace, kept, copies = Trace(), [], []
    for number in range(3):
        X, H_0, _, weights = case(T, B, V, H, torch.float64, number)
        values, is_traced = minibatch(rnn, X, (H_0, H_0), params, weights, trace)
        assert is_traced
        kept += values
        copies += [value.detach().clone() for value in values]
        for param in params:
            param.grad = None
    assert all(torch.equal(value, copy) for value, copy in zip(kept, copies, strict=True))


def test_memory_is_not_shared_with_a_minibatch_whose_gradient_is_still_to_come():
    rnn, params = gated("gru")
    params = [param.requires_grad_() for param in params]
    trace, scores = Trace(), []
    for number in range(2):
        X, H_0, _, _ = case(T, B, V, H, torch.float64, number)
        scores.append(run(rnn, X, (H_0,), params, V, trace)[0])
    for number in range(2):
        late = torch.autograd.grad(scores[number].sum(), params)
        X, H_0, _, _ = case(T, B, V, H, torch.float64, number)
        run(rnn, X, (H_0,), params, V, trace)
        expected = torch.autograd.grad(run(rnn, X, (H_0,), params, V, None)[0].sum(), params)
        torch.testing.assert_close(late, expected)


def test_gradients_can_be_asked_for_once_even_if_the_graph_is_retained():
    rnn, params = gated("gru")
    params = [param.requires_grad_() for param in params]
    X, H_0, _, _ = case(T, B, V, H, torch.float64, 0)
    scores = run(rnn, X, (H_0,), params, V, Trace())[0]
    torch.autograd.grad(scores.sum(), params, retain_graph=True)
    with pytest.raises(RuntimeError, match="one only"):
        torch.autograd.grad(scores.sum(), params)


def test_a_backward_pass_that_was_interrupted_gives_no_gradients_afterwards(monkeypatch):
    def interrupted(memory, program, times):
        run_all(memory, program, list(times)[:2])
        raise KeyboardInterrupt

    def rnn(inputs, state, params):
        (S,), (W, U, b), outputs = state, params, []
        for X in inputs:
            S = torch.tanh(X @ W + S @ U + b)
            outputs.append(S)
        return outputs, (S,)

    params = [torch.randn(shape, dtype=torch.float64).requires_grad_() for shape in ((V, V), (V, V), (V,))]
    X, _, _, _ = case(T, B, V, H, torch.float64, 0)
    scores = run(rnn, X, (torch.ones(B, V, dtype=torch.float64),), params, V, Trace())[0]
    run_all = Memory.run
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Memory, "run", interrupted)
        scores.sum().backward()
    with pytest.raises(RuntimeError, match="one only"):
        scores.sum().backward()


def test_a_score_that_is_the_state_too_is_carried_on():
    def rnn(inputs, state, params):
        (score,), (W_xh, W_hq, W_qh), outputs = state, params, []
        for X in inputs:
            H = torch.tanh(X @ W_xh + score @ W_qh)
            score = H @ W_hq
            outputs.append(score)
        return outputs, (score,)

    def learner(params):
        return FromScratch(
            rnn, params, lambda rows, *_: (torch.ones(rows, V),), V, None, [], {}, V, False, 0.1, 1.0
        )  # fmt: skip

    draw = torch.Generator().manual_seed(0)
    params = [torch.randn(shape, generator=draw).requires_grad_() for shape in ((V, H), (H, V), (V, H))]
    ours = learner(params)
    theirs = learner([param.detach().clone().requires_grad_() for param in params])
    for number in range(3):
        theirs.network.is_tracing = False  # step by step
        X = case(T, B, V, H, torch.float32, number)[0]
        torch.testing.assert_close(ours.step(X, X), theirs.step(X, X))
        torch.testing.assert_close(ours.state, theirs.state)
    assert ours.network.is_tracing


def test_nothing_of_a_minibatch_is_kept_alive():
    rnn, params = STYLES["functions"], case(T, B, V, H, torch.float64, 0)[2]
    trace = Trace()
    for number in range(2):
        X, H_0, _, weights = case(T, B, V, H, torch.float64, number)
        values, is_traced = minibatch(rnn, X, (H_0,), params, weights, trace)
        assert is_traced
        kept = [weakref.ref(value) for value in values[: T + 1]]
        del values
        assert [reference() for reference in kept] == [None] * (T + 1)


def test_what_a_function_computes_of_its_weights_is_not_kept_alive():
    computed = []

    def rnn(inputs, state, params):
        shrunk = [param * 0.9 for param in params]
        computed.append(weakref.ref(shrunk[0]))
        return STYLES["functions"](inputs, state, shrunk)

    params, trace = case(T, B, V, H, torch.float64, 0)[2], Trace()
    for number in range(3):
        X, H_0, _, weights = case(T, B, V, H, torch.float64, number)
        assert minibatch(rnn, X, (H_0,), params, weights, trace)[1]
        assert computed.pop()() is None


def test_a_state_that_is_a_gate_is_not_overwritten_in_the_next_minibatch():
    def rnn(inputs, state, params):
        W_xh, W_hh, b_h, W_hq, b_q = params
        (C, G), outputs = state, []
        first = G
        for X in inputs:
            G = torch.tanh(X @ W_xh + C @ W_hh + b_h)
            C = C * 0.5 + G * first
            outputs.append(C @ W_hq + b_q)
        return outputs, (C, G)

    def learner(trace):
        params = [param.detach().float().requires_grad_() for param in case(T, B, V, H, torch.float64, 0)[2]]
        start = lambda rows, *_: (torch.ones(rows, H), torch.ones(rows, H))  # noqa: E731
        ours = FromScratch(rnn, params, start, H, None, [], {}, V, False, 0.1, 1.0)
        ours.network.is_tracing = trace is not None
        return ours

    ours, theirs = learner(Trace()), learner(None)
    for number in range(3):
        X = case(T, B, V, H, torch.float32, number)[0]
        torch.testing.assert_close(ours.step(X, X), theirs.step(X, X))
        torch.testing.assert_close(ours.state, theirs.state)
    assert ours.network.is_tracing


def test_what_no_score_depends_on_has_no_gradient_and_spoils_none():
    def rnn(inputs, state, params):
        W_xh, W_hh, b_h, W_hq, b_q, W_xs, W_hs = params
        (H, S), outputs = state, []
        for X in inputs:
            S = (X @ W_xs + H @ W_hs + S) * 1e200
            H = torch.tanh(X @ W_xh + H @ W_hh + b_h)
            outputs.append(H @ W_hq + b_q)
        return outputs, (H, S)

    params = [*case(T, B, V, H, torch.float64, 0)[2], *(torch.randn(size, H, dtype=torch.float64) for size in (V, H))]
    assert assert_same_for_three_minibatches(rnn, params, num_states=2) == ALL


def test_kept_results_can_be_changed_in_place_and_keep_no_more_than_themselves():
    rnn, params = gated("gru")
    params = [param.requires_grad_() for param in params]
    X, H_0, _, _ = case(T, B, V, H, torch.float64, 0)
    kept = []

    def keeping(*arguments):
        outputs, state = rnn(*arguments)
        kept.extend([outputs[1], *state])
        return outputs, state

    *_, is_traced = run(keeping, X, (H_0,), params, V, Trace())
    assert is_traced
    for tensor in kept:
        tensor.mul_(2).detach_()
        assert tensor.untyped_storage().nbytes() == tensor.nbytes


@pytest.mark.cuda
@pytest.mark.parametrize("name, num_states, _", GATED)
def test_on_a_gpu_it_learns_the_same(name, num_states, _):
    rnn, params = gated(name)
    losses = []
    for device in ("cpu", "cuda"):
        ours = [param.float().to(device).requires_grad_() for param in params]
        start = lambda rows, *_, device=device: (torch.zeros(rows, H, device=device),) * num_states  # noqa: E731
        learner = FromScratch(rnn, ours, start, H, device, [], {}, V, False, 0.1, 1.0)
        X = [case(T, B, V, H, torch.float32, number)[0].to(device) for number in range(3)]
        losses.append([learner.step(minibatch, minibatch).item() for minibatch in X])
        assert learner.network.is_tracing
    np.testing.assert_allclose(*losses, rtol=1e-4)
