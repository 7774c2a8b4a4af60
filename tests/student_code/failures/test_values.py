"""Values that are not what a line takes them for: containers, counts, positions, names, conditions, calls."""

# ruff: noqa: RUF059  (values are unpacked as students unpack them)

from __future__ import annotations

import numpy as np
import pytest
import torch

from .test_explain import explained


def whole_state(inputs, state, params):
    H = state
    return inputs[0] @ params[0] + H @ params[1]


def whole_state_in_a_function(inputs, state, params):
    return torch.tanh(state)


def attribute_of_a_tuple(inputs, state, params):
    return state.matmul(params[1])


def nothing_returned(inputs, state, params):
    made = inputs.append(1)
    return made @ params[0]


def numpy_array(inputs, state, params):
    return torch.tanh(np.zeros((3, 7)))


def function_not_called(inputs, state, params):
    return torch.tanh @ params[0]


def too_many_names(inputs, state, params):
    W, U, b = params
    return W


def too_few_names(inputs, state, params):
    (W,) = params
    return W


def tensor_unpacked(inputs, state, params):
    H, C = state[0]
    return H


def loop_unpacks(inputs, state, params):
    for t, X in inputs:
        return t, X


def one_value_unpacked(inputs, state, params):
    H, C = len(state)
    return H


def item_too_far(inputs, state, params):
    return params[2]


def row_too_far(inputs, state, params):
    return inputs[0][3]


def named_item_of_a_list(inputs, state, params):
    return params["W"]


def missing_key(inputs, state, params):
    P = dict(zip("WU", params, strict=True))
    return P["b"]


def unknown_name(inputs, state, params):
    return W_xh  # noqa: F821


def read_before(inputs, state, params):
    for X in inputs:
        H = X @ params[0] + H @ params[1]  # noqa: F821
    return H


def through_numpy(inputs, state, params):
    return params[0].requires_grad_().numpy()


def tensor_as_condition(inputs, state, params):
    if state[0] > 0:
        return 1


def tensor_as_number(inputs, state, params):
    return float(state[0])


def parameter_changed(inputs, state, params):
    W = params[0].requires_grad_()
    W += 1


def missing_argument(inputs, state, params):
    def step(X, H, params):
        return X

    return step(inputs[0], state[0])


def not_called(inputs, state, params):
    two = 2
    return two(inputs[0])


@pytest.mark.parametrize(
    "function, says",
    [
        (whole_state, "H is the state, a tuple of 1 where a tensor belongs"),
        (whole_state_in_a_function, "take the matrices out of the tuple first: H, = state"),
        (attribute_of_a_tuple, "state is the state, a tuple of 1 where a tensor belongs"),
        (nothing_returned, "made is None where a tensor belongs"),
        (numpy_array, "np.zeros((3, 7)) is of type ndarray where a tensor belongs"),
        (function_not_called, "torch.tanh is a function"),
        (too_many_names, "params has 2 values, your line takes 3: W, U, b"),
        (too_few_names, "params has 2 values, your line takes 1: W"),
        (tensor_unpacked, "state[0] is a tensor (B, H), your line takes 2 values of it"),
        (loop_unpacks, "for t, X in enumerate(inputs)"),
        (one_value_unpacked, "len(state) is one value, your line takes 2: H, C"),
        (item_too_far, "params has 2 items, params[2] asks for item 2"),
        (row_too_far, "inputs[0][3] asks for more than inputs[0] has, (B, V)"),
        (named_item_of_a_list, "params is a list: its items have numbers, not names"),
        (missing_key, "P has no 'b'\n"),
        (unknown_name, "is it spelled as where it was made"),
        (read_before, "H is given a value further down only"),
        (through_numpy, "keep to torch"),
        (tensor_as_condition, "stands where yes or no is needed"),
        (tensor_as_number, "stands where one number is needed"),
        (parameter_changed, "W is changed in place, and gradients must still reach it"),
        (missing_argument, "compare the call with the function's def line"),
        (not_called, "is no function"),
        (lambda inputs, state: 1, "it is called with (inputs, state, params)"),
    ],
)
def test_a_value_is_told_for_what_it_is(function, says):
    lines = explained(function)
    assert says in "\n".join(lines), lines
    assert any(line.startswith("your function raised ") for line in lines)
