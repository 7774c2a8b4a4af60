"""What tests of traced networks share: minibatches that are run quickly and densely."""

import math

import from_scratch
import pytest
import torch

from course_utils.data.batches import to_onehot
from course_utils.engine.intercept import TraceFailed, TracingMode
from course_utils.engine.tracing.trace import Trace
from tests.engine.test_intercept import case

T, B, V, H = 5, 3, 7, 4


def run(rnn, X, state, params, V, trace):
    """Joined scores, outputs and state; and whether the trace was used to the end."""
    inputs = [matrix.to(params[0].dtype) for matrix in to_onehot(X, V)]
    try:
        with TracingMode(inputs, X.T, trace, state) as mode:
            outputs, after = rnn(inputs, state, params)
        return mode.scores(outputs, after), outputs, after, mode.is_tracing
    except TraceFailed:
        return run(rnn, X, state, params, V, None)


def minibatch(rnn, X, state, params, weights, trace=None):
    """Joined outputs, state and all gradients, dense without a trace; and whether the trace was used."""
    for param in params:
        param.grad = None
    if trace is None:
        inputs = [matrix.to(weights.dtype) for matrix in to_onehot(X, weights.shape[-1])]
        outputs, after = rnn(inputs, state, params)
        scores, is_traced = torch.cat(list(outputs)), False
    else:
        scores, outputs, after, is_traced = run(rnn, X, state, params, weights.shape[-1], trace)
    (scores * weights.flatten(0, 1)).sum().backward()  # the trainer carries the state on without its graph
    gradients = [torch.full_like(p, math.nan) if p.grad is None else p.grad for p in params]
    return [scores, *outputs, *after, *gradients], is_traced


def assert_same_for_three_minibatches(rnn, params, num_states=1, seed=0, begin=lambda number: None):
    """Each after the other, with parameters that go on changing, as in training. Returns which were traced."""
    ours = [param.detach().clone().requires_grad_() for param in params]
    theirs = [param.detach().clone().requires_grad_() for param in params]
    trace, traced = Trace(), []
    for number in range(3):
        X, H_0, _, weights = case(T, B, V, H, torch.float64, seed + number)
        state = (H_0,) * num_states
        begin(number)
        quick, is_traced = minibatch(rnn, X, state, ours, weights, trace)
        dense, _ = minibatch(rnn, X, state, theirs, weights)
        for left, right in zip(quick + ours, dense + theirs, strict=True):
            torch.testing.assert_close(left, right, rtol=1e-9, atol=1e-9, equal_nan=True)
        with torch.no_grad():
            for param in (*ours, *theirs):
                param.mul_(0.9)
        traced.append(is_traced)
    return traced


ALL, ONLY_THE_FIRST = [True, True, True], [True, False, False]

GATED = [
    pytest.param("gru", 1, 2, id="gru"),
    pytest.param("gru_reset_after", 1, 1, id="gru, reset after"),
    pytest.param("lstm", 2, 1, id="lstm"),
]


def gated(name):
    params = getattr(from_scratch, f"{name.split('_')[0]}_params")(V, H, None)
    return getattr(from_scratch, name), [(100 * param).detach().double() for param in params]


def showing(look):
    """A network that shows the product and the score of each step to `look`."""

    def rnn(inputs, state, params):
        W_xh, W_hh, b_h, W_hq, b_q = params
        (H,), outputs = state, []
        for X in inputs:
            H = torch.tanh(X @ W_xh + H @ W_hh + b_h)
            product = H @ W_hq
            outputs.append(product + b_q)
            look(product, outputs[-1])
        return outputs, (H,)

    return rnn


def network_of(cell):
    """A network whose next state is `cell(X, H, W_xh, W_hh, b_h)`."""

    def rnn(inputs, state, params):
        W_xh, W_hh, b_h, W_hq, b_q = params
        (H,), outputs = state, []
        for X in inputs:
            H = cell(X, H, W_xh, W_hh, b_h)
            outputs.append(H @ W_hq + b_q)
        return outputs, (H,)

    return rnn


def with_hooks(A):
    with torch.autograd.graph.saved_tensors_hooks(lambda value: value / 2, lambda value: value):
        return torch.tanh(A)
