"""`get_params` is judged by shapes, spread, sharing, gradients and device, whatever its parameters are called."""

from __future__ import annotations

import pytest
import torch

from course_utils.checks.parameters import CRITERIA, device_problem, examine_parameters, require_signature
from course_utils.checks.probe import ProbeError
from course_utils.equations import GRU, NETWORKS, RNN, deep_rnn


def get_params(vocab_size, num_hiddens, device):
    def normal(*shape):
        return (0.01 * torch.randn(shape, device=device)).requires_grad_()

    def zeros(n):
        return torch.zeros(n, device=device, requires_grad=True)

    v, h = vocab_size, num_hiddens
    return [normal(v, h), normal(h, h), zeros(h), normal(h, v), zeros(v)]


def messages(function, network=RNN):
    criteria, _ = examine_parameters(function, [network] * 3, seed=0)
    return dict(zip(CRITERIA, [criterion.message for criterion in criteria], strict=True))


def changed(position, value):
    def function(vocab_size, num_hiddens, device):
        params = get_params(vocab_size, num_hiddens, device)
        params[position] = value(params[position])
        return params

    return function


def test_right_parameters_meet_every_criterion():
    assert not any(messages(get_params).values())


@pytest.mark.parametrize(
    "value, criterion, says",
    [
        (lambda W: W.detach().T.contiguous().T[:, :-1], 0, "expected parameter 2, W_hh, of shape (40, 40)"),
        (lambda W: (100 * W.detach()).requires_grad_(), 1, "expected W_hh with standard deviation 0.01, got 0.97"),
        (lambda W: (W.detach() + 0.1).requires_grad_(), 1, "expected W_hh with mean 0, got 0.1"),
        (lambda W: W.detach(), 3, "W_hh does not require gradients"),
        (lambda W: 1 * W, 3, "W_hh is the result of a computation"),
        (lambda W: W.detach().double().requires_grad_(), 3, "expected W_hh in float32"),
    ],
    ids=["shape", "spread", "mean", "no gradients", "no leaf", "float64"],
)
def test_a_wrong_weight_is_named_under_its_criterion(value, criterion, says):
    assert says in messages(changed(1, value))[CRITERIA[criterion]]


def test_a_bias_that_is_not_zero_is_named():
    assert (
        "expected the bias b_h to be zero"
        in messages(changed(2, lambda b: (b.detach() + 1).requires_grad_()))[CRITERIA[1]]
    )


def test_one_tensor_twice_is_named():
    def function(vocab_size, num_hiddens, device):
        shared = get_params(vocab_size, num_hiddens, device)
        return [*shared[:3], *shared[:3], *shared[:3], *shared[3:]]

    assert "are one tensor" in messages(function, GRU)[CRITERIA[2]]


def test_tensors_on_another_device_are_named():
    assert device_problem(get_params, RNN, (6, 2)) == ""
    assert "device=device" in device_problem(lambda v, h, device: get_params(v, h, "cpu"), RNN, (6, 2))


@pytest.mark.parametrize("network", [*NETWORKS.values()], ids=NETWORKS)
def test_a_function_of_other_arguments_is_named_with_what_it_takes(network):
    with pytest.raises(ProbeError, match=r"got one that takes \(a, b, c, d, e\)"):
        require_signature(lambda a, b, c, d, e: None, ("vocab_size", "num_hiddens"), network)


def test_a_stack_takes_the_number_of_layers_too():
    require_signature(lambda v, h, num_layers, device: None, ("vocab_size", "num_hiddens"), deep_rnn(2))
    with pytest.raises(ProbeError, match="num_layers"):
        require_signature(lambda v, h, device: None, ("vocab_size", "num_hiddens"), deep_rnn(2))


@pytest.mark.parametrize("num_layers", [2, 3])
def test_the_older_form_without_arguments_is_accepted_with_its_own_sizes(num_layers):
    def older():
        V, H = 23, 9
        layers = [get_params(H if layer else V, H, "cpu") for layer in range(num_layers)]
        return [value for params in layers for value in params[:3]] + get_params(V, H, "cpu")[3:]

    for network, function in ((RNN, lambda: get_params(23, 9, "cpu")), (deep_rnn(2), older)):
        networks = [deep_rnn(3), deep_rnn(2)] if network.layers else [network]
        criteria, _ = examine_parameters(function, networks, seed=0)
        assert not [criterion.message for criterion in criteria if criterion.message]
        assert "vocab_size, num_hiddens, device" in criteria[0].remark


def test_the_older_form_is_held_to_the_shapes_of_its_first_weight():
    def older():
        params = get_params(23, 9, "cpu")
        return [*params[:3], params[3].detach().T.contiguous().requires_grad_(), params[4]]

    assert (
        "expected parameter 4, W_hq, of shape (9, 23) for V=23, H=9; got a tensor of shape (23, 9)"
        in messages(older)[CRITERIA[0]]
    )
