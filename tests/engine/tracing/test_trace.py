"""A network that is traced and computed at the end has the values and gradients of one run step by step."""

import pytest
import torch

from course_utils.engine.tracing.trace import Trace
from tests.engine.test_intercept import STYLES, Products, case
from tests.engine.tracing.minibatches import ALL, GATED, B, H, T, V, assert_same_for_three_minibatches, gated, minibatch


@pytest.mark.parametrize("rnn", STYLES.values(), ids=STYLES.keys())
def test_values_and_gradients_are_those_of_dense_matrices_in_the_minibatches_that_follow(rnn):
    assert_same_for_three_minibatches(rnn, case(T, B, V, H, torch.float64, 0)[2])


@pytest.mark.parametrize("name, num_states, _", GATED)
def test_a_gated_network_is_traced(name, num_states, _):
    assert assert_same_for_three_minibatches(*gated(name), num_states) == ALL


@pytest.mark.parametrize("name, num_states, at_each_step", GATED)
def test_a_step_has_one_product_for_all_gates_of_one_operand_and_none_for_the_scores(name, num_states, at_each_step):
    rnn, params = gated(name)
    params = [param.requires_grad_() for param in params]
    X, H_0, _, weights = case(T, B, V, H, torch.float64, 0)
    with Products() as products:
        minibatch(rnn, X, (H_0,) * num_states, params, weights, Trace())
    forward, backward, for_weights, scores = at_each_step * T, at_each_step * T, at_each_step, 3
    assert len(products.made) == forward + backward + for_weights + scores


def test_a_state_changed_in_place_is_an_error_as_it_is_without_a_trace():
    def rnn(inputs, state, params):
        W_xh, W_hh, b_h, W_hq, b_q = params
        (H,), outputs = state, []
        for X in inputs:
            H = X @ W_xh + H @ W_hh + b_h
            outputs.append(H @ W_hq + b_q)
        H.mul_(2)
        return outputs, (H,)

    params = [param.detach().clone().requires_grad_() for param in case(T, B, V, H, torch.float64, 0)[2]]
    X, H_0, _, weights = case(T, B, V, H, torch.float64, 0)
    for trace in (Trace(), None):
        with pytest.raises(RuntimeError, match="modified by an inplace operation"):
            minibatch(rnn, X, (H_0,), params, weights, trace)


def test_outputs_in_another_order_or_of_fewer_steps_are_joined_as_they_are():
    calls = []

    def rnn(inputs, state, params):
        outputs, state = STYLES["functions"](inputs, state, params)
        calls.append(None)
        return (list(reversed(outputs)) if len(calls) > 2 else outputs), state

    assert assert_same_for_three_minibatches(rnn, case(T, B, V, H, torch.float64, 0)[2])[0]
