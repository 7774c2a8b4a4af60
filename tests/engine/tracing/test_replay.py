"""What is different in one minibatch is noticed, and the next is replayed again."""

from itertools import count

import numpy as np
import pytest
import torch

from course_utils.engine.tracing.trace import Trace
from tests.engine.test_intercept import case
from tests.engine.tracing.minibatches import (
    B,
    H,
    T,
    V,
    assert_same_for_three_minibatches,
    gated,
    minibatch,
    network_of,
    with_hooks,
)


class Changing:
    """A network that has another cell in its second minibatch, from its second step on."""

    def __init__(self, usual, other):
        self.usual, self.other, self.number = usual, other, 0

    def begin(self, number):
        self.number = number

    def __call__(self, inputs, state, params):
        steps = count()
        cells = lambda *operands: (self.other if self.number == 1 and next(steps) else self.usual)(*operands)  # noqa: E731
        return network_of(cells)(inputs, state, params)


def changed_in_place(X):
    X[0] = 0.5
    return X


def without_gradient(H, U):
    with torch.no_grad():
        return H @ U


OTHERS = {
    "another weight": lambda X, H, W, U, b: torch.tanh(X @ W + (H * b) @ U + b),
    "another operand": lambda X, H, W, U, b: torch.tanh(X @ W + H @ U + H),
    "another operation": lambda X, H, W, U, b: torch.tanh(X @ W + H @ U - b),
    "one call more": lambda X, H, W, U, b: torch.tanh(X @ W + H @ U + b) * 0.5,
    "one call less": lambda X, H, W, U, b: X @ W + H @ U + b,
    "operands exchanged": lambda X, H, W, U, b: torch.tanh(H @ U + X @ W + b),
    "a call that is not traced": lambda X, H, W, U, b: torch.relu(X @ W + H @ U + b),
    "an input changed in place": lambda X, H, W, U, b: torch.tanh(changed_in_place(X) @ W + H @ U + b),
    "no gradient": lambda X, H, W, U, b: torch.tanh(X @ W + without_gradient(H, U) + b),
    "hooks": lambda X, H, W, U, b: with_hooks(X @ W + H @ U + b),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS.keys())
def test_what_is_different_in_one_minibatch_is_noticed(other):
    network = Changing(lambda X, H, W, U, b: torch.tanh(X @ W + H @ U + b), other)
    assert_same_for_three_minibatches(network, case(T, B, V, H, torch.float64, 0)[2], begin=network.begin)


def test_autocast_in_one_minibatch_is_noticed():
    number = 0

    def cell(X, H, W, U, b):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=number == 1):
            product = H @ U
        return torch.tanh(X @ W + product + b)

    params, trace = (
        [param.float().detach().requires_grad_() for param in case(T, B, V, H, torch.float64, 0)[2]],
        Trace(),
    )
    for number in range(3):
        X, H_0, _, weights = case(T, B, V, H, torch.float32, number)
        quick, is_traced = minibatch(network_of(cell), X, (H_0,), params, weights, trace)
        torch.testing.assert_close(quick, minibatch(network_of(cell), X, (H_0,), params, weights)[0])
        assert is_traced == (number != 1)


@pytest.mark.parametrize("at_first", [True, False])
def test_an_input_that_is_changed_among_replayed_calls_is_noticed(at_first):
    """Some of the others are compared with the last minibatch's, and some are traced."""

    class Network(Changing):
        def __call__(self, inputs, state, params):
            def changing():
                for t, X in enumerate(inputs):
                    if self.number > 0 and t == (0 if at_first else T - 1):
                        X.mul_(0.5)
                    yield X

            return network_of(self.usual)(changing(), state, params)

    network = Network(lambda X, H, W, U, b: torch.tanh(X @ W + torch.einsum("bh,hk->bk", H, U) + b), None)
    assert_same_for_three_minibatches(network, case(T, B, V, H, torch.float64, 0)[2], begin=network.begin)


@pytest.mark.parametrize("columns", [[0, 2], [0, 1, 2, 3, 0]])
def test_weights_may_change_their_shape_between_minibatches(columns):
    """As when hidden units are taken away, or more are added."""

    def rnn(inputs, state, params):
        W, A, U, b, W_hq = params
        (S,), outputs = state, []
        for X in inputs:
            S = torch.tanh(torch.tanh(X @ W + S @ A + b) @ U)
            outputs.append(S @ W_hq)
        return outputs, (S,)

    shapes = ((V, H), (H, H), (H, H), (H,), (H, V))
    params, trace = [torch.randn(shape).double().requires_grad_() for shape in shapes], Trace()
    for number in range(4):
        if number == 2:
            W, A, U, b, _ = params
            W.data, A.data, U.data, b.data = W.data[:, columns], A.data[:, columns], U.data[columns], b.data[columns]
        X, H_0, _, weights = case(T, B, V, H, torch.float64, number)
        quick, is_traced = minibatch(rnn, X, (H_0,), params, weights, trace)
        torch.testing.assert_close(quick, minibatch(rnn, X, (H_0,), params, weights)[0])
        assert is_traced
        del quick  # torch lets no weight change its shape that a graph is there for


def test_an_error_in_one_minibatch_changes_nothing_in_the_next():
    def fail(*_):
        raise KeyError

    network, trace = Changing(lambda X, H, W, U, b: torch.tanh(X @ W + H @ U + b), fail), Trace()
    params = [param.detach().clone().requires_grad_() for param in case(T, B, V, H, torch.float64, 0)[2]]
    for number in range(4):
        X, H_0, _, weights = case(T, B, V, H, torch.float64, number)
        network.begin(number)
        if number == 1:
            with pytest.raises(KeyError):
                minibatch(network, X, (H_0,), params, weights, trace)
        else:
            quick, is_traced = minibatch(network, X, (H_0,), params, weights, trace)
            torch.testing.assert_close(quick, minibatch(network, X, (H_0,), params, weights)[0])
            assert is_traced


@pytest.mark.parametrize("sizes", [(T, B + 1), (T + 1, B), (2, 1)])
def test_minibatches_may_change_their_size(sizes):
    rnn, params = gated("lstm")
    params, trace = [param.requires_grad_() for param in params], Trace()
    for num_steps, rows in ((T, B), sizes, sizes, (T, B)):
        X, H_0, _, weights = case(num_steps, rows, V, H, torch.float64, rows)
        quick, is_traced = minibatch(rnn, X, (H_0, H_0 * 2), params, weights, trace)
        torch.testing.assert_close(quick, minibatch(rnn, X, (H_0, H_0 * 2), params, weights)[0])
        assert is_traced


def test_memory_that_numpy_changes_between_steps_is_read_at_each():
    memory = np.zeros((B, H))
    mask = torch.from_numpy(memory)

    def rnn(inputs, state, params):
        W_xh, W_hh, b_h, W_hq, b_q = params
        (H,), outputs = state, []
        for t, X in enumerate(inputs):
            memory[:] = t
            H = torch.tanh(X @ W_xh + H @ W_hh + b_h + mask)
            outputs.append(H @ W_hq + b_q)
        return outputs, (H,)

    assert_same_for_three_minibatches(rnn, case(T, B, V, H, torch.float64, 0)[2])


def test_a_weight_that_is_replaced_in_place_is_the_new_one_in_linear():
    def rnn(inputs, state, params):
        W_xh, W_hh, b_h, W_hq, b_q = params
        (H,), outputs = state, []
        for X in inputs:
            H = torch.tanh(X @ W_xh + torch.nn.functional.linear(H.detach(), W_hh, b_h))
            outputs.append(H @ W_hq + b_q)
            W_hh.data = W_hh.data * 0.5
        return outputs, (H,)

    assert_same_for_three_minibatches(rnn, case(T, B, V, H, torch.float64, 0)[2])
