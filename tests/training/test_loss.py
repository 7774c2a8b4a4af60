"""The loss and its gradient are torch's; clipping is its definition."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from course_utils.training.loss import grad_clipping, mean_cross_entropy


def gradients(shapes, scale):
    for shape in shapes:
        param = torch.zeros(shape, requires_grad=True)
        param.grad = scale * torch.randn(shape)
        yield param


@given(
    st.lists(st.sampled_from([(3,), (2, 4), (1,), (5, 5)]), min_size=1, max_size=4),
    st.floats(1e-3, 1e3),
    st.floats(1e-3, 1e3),
)
def test_clipping_equals_its_definition(shapes, scale, theta):
    params = list(gradients(shapes, scale))
    before = [param.grad.clone() for param in params]
    norm = math.sqrt(sum((gradient.double() ** 2).sum().item() for gradient in before))
    grad_clipping(params, theta, "cpu")
    for param, gradient in zip(params, before, strict=True):
        expected = gradient * (theta / norm) if norm > theta else gradient
        assert torch.allclose(param.grad, expected, rtol=1e-5, atol=0)


def test_clipping_takes_a_generator_and_leaves_out_what_has_no_gradient():
    model = nn.Linear(2, 3)
    model.weight.grad = torch.full((3, 2), 10.0)
    grad_clipping(model.parameters(), 1.0, None)
    assert model.weight.grad.norm().item() == pytest.approx(1)
    grad_clipping([torch.zeros(2, requires_grad=True)], 1.0, None)


def test_clipping_leaves_zero_gradients_alone():
    param = torch.zeros(3, requires_grad=True)
    param.grad = torch.zeros(3)
    grad_clipping([param], 0.01, None)
    assert torch.equal(param.grad, torch.zeros(3))


@pytest.mark.parametrize("spread", [0.01, 1.0, 30.0, 1000.0])
def test_the_loss_and_its_gradient_are_torchs_cross_entropy_however_small_a_probability(spread):
    scores = (torch.randn(50, 20) * spread).requires_grad_()
    targets = torch.randint(20, (50,))
    loss, gradient = mean_cross_entropy(scores.detach(), targets)
    expected = nn.functional.cross_entropy(scores, targets)
    expected.backward()
    torch.testing.assert_close(loss, expected.detach(), rtol=1e-6, atol=1e-7)
    torch.testing.assert_close(gradient, scores.grad, rtol=1e-5, atol=1e-8)


def test_the_loss_leaves_the_scores_alone():
    scores = torch.randn(6, 4)  # (N, V)
    before = scores.clone()
    mean_cross_entropy(scores, torch.randint(4, (6,)))
    assert torch.equal(scores, before)


def test_a_certain_right_answer_costs_nothing_and_a_uniform_guess_the_log_of_the_vocabulary():
    targets = torch.arange(5)
    certain, gradient = mean_cross_entropy(1e4 * torch.eye(5), targets)
    assert certain.item() == 0 and not gradient.any()
    assert mean_cross_entropy(torch.zeros(5, 5), targets)[0].item() == pytest.approx(math.log(5))
