"""The gradient of a weight that many products share is one product, and an ordinary gradient."""

import torch

from course_utils.engine.eager.weight_gradients import DeferredWeight
from tests.engine.test_intercept import Products


def products_of(W, lefts, product):
    return sum((product(left) ** 2).sum() for left in lefts), lefts


def test_values_and_gradients_are_those_of_single_products():
    W = torch.randn(4, 3, dtype=torch.float64, requires_grad=True)
    lefts = [torch.randn(2, 4, dtype=torch.float64, requires_grad=True) for _ in range(3)]
    deferred, _ = products_of(W, lefts, DeferredWeight(W).product)
    plain, _ = products_of(W, lefts, lambda left: left @ W)
    ours, theirs = (torch.autograd.grad(loss, [W, *lefts]) for loss in (deferred, plain))
    for left, right in zip(ours, theirs, strict=True):
        torch.testing.assert_close(left, right)


def test_three_products_have_one_for_the_gradient_of_the_weight():
    W, lefts = torch.randn(4, 3, requires_grad=True), [torch.randn(2, 4) for _ in range(3)]
    loss, _ = products_of(W, lefts, DeferredWeight(W).product)
    with Products() as products:
        loss.backward()
    assert len(products.made) == 1


def test_a_weight_that_was_changed_is_not_current():
    W = torch.ones(2, 2, requires_grad=True)
    weight = DeferredWeight(W)
    assert weight.is_current()
    with torch.no_grad():
        W.mul_(2)
    assert not weight.is_current()
