"""A product with a one-hot matrix is a lookup, and a student's inputs stay as they are."""

import pytest
import torch

from course_utils.data.batches import to_onehot
from course_utils.engine.eager.onehot import OneHotSteps
from course_utils.training.learners import FromScratch
from tests.engine.tracing.minibatches import network_of

B, T, V, H = 3, 4, 5, 2


def minibatch(seed, rows=B):
    return torch.randint(V, (rows, T), generator=torch.Generator().manual_seed(seed))


def test_a_step_of_all_is_the_dense_product_and_is_given_away_once():
    X, W = minibatch(0), torch.randn(V, H, requires_grad=True)
    steps = OneHotSteps(X.T)
    for t, onehot in enumerate(to_onehot(X, V)):
        for _ in range(2):
            product = steps.step_product(t, W)
            torch.testing.assert_close(product, onehot @ W)
            product.detach().zero_()


def test_rows_are_looked_up_again_after_a_change():
    X, W = minibatch(0), torch.randn(V, H, requires_grad=True)
    steps = OneHotSteps(X.T)
    steps.step_product(0, W)
    with torch.no_grad():
        W.mul_(2)
    torch.testing.assert_close(steps.step_product(1, W), to_onehot(X, V)[1] @ W)


def test_the_gradient_of_all_steps_is_that_of_dense_products():
    X, W = minibatch(0), torch.randn(V, H, requires_grad=True)
    steps, inputs = OneHotSteps(X.T), to_onehot(X, V)
    ours = sum((steps.step_product(t, W) ** 2).sum() for t in range(T))
    theirs = sum(((onehot @ W) ** 2).sum() for onehot in inputs)
    torch.testing.assert_close(*(torch.autograd.grad(loss, W)[0] for loss in (ours, theirs)))


@pytest.mark.parametrize(
    "look",
    [lambda X: X, lambda X: X[0], lambda X: X.detach(), lambda X: X.numpy(), lambda X: X.T.numpy(), torch.from_dlpack],
    ids=["itself", "a row", "detached", "NumPy's", "transposed and NumPy's", "by DLPack"],
)
def test_what_a_student_keeps_of_the_inputs_stays_as_it_was(look):
    kept, copies = [], []

    def rnn(inputs, state, params):
        kept.append(look(inputs[0]))
        copies.append(torch.as_tensor(kept[-1]).clone())
        return network_of(lambda X, H, W, U, b: torch.tanh(X @ W + H @ U + b))(inputs, state, params)

    params = [torch.randn(shape).requires_grad_() for shape in ((V, H), (H, H), (H,), (H, V), (V,))]
    learner = FromScratch(rnn, params, lambda rows, *_: (torch.zeros(rows, H),), H, None, [], {}, V, False, 0.1, 1.0)
    for seed in range(4):
        learner.step(minibatch(seed), minibatch(seed))
    assert all(torch.equal(torch.as_tensor(one), copy) for one, copy in zip(kept, copies, strict=True))
