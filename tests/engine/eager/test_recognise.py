"""One-hot tensors are known, through what rearranges them, until they are changed."""

import pytest
import torch

from course_utils.data.batches import to_onehot
from course_utils.engine.eager.recognise import REARRANGE, Recogniser

T, B, V = 3, 2, 5


@pytest.fixture
def known():
    X = torch.randint(V, (B, T), generator=torch.Generator().manual_seed(0))
    inputs = to_onehot(X, V)
    return Recogniser(inputs, X.T), inputs, X


def test_an_input_is_known_with_its_step_and_indices(known):
    recogniser, inputs, X = known
    onehot = recogniser.onehot(inputs[1])
    assert recogniser.step_of(onehot) == 1 and torch.equal(onehot.indices, X[:, 1])
    assert recogniser.onehot(inputs[1].clone()) is None


def test_what_is_stacked_and_taken_apart_is_known(known):
    recogniser, inputs, X = known
    stacked = REARRANGE[torch.stack](recogniser, inputs)
    assert torch.equal(recogniser.onehot(stacked).indices, X.T)
    step = REARRANGE[torch.Tensor.__getitem__](recogniser, stacked, -1)
    assert torch.equal(recogniser.onehot(step).indices, X[:, -1])
    assert REARRANGE[torch.stack](recogniser, [inputs[0], torch.ones(B, V)]) is NotImplemented


def test_a_change_ends_it(known):
    recogniser, inputs, _ = known
    inputs[0].mul_(2)
    assert recogniser.onehot(inputs[0]) is None and recogniser.onehot(inputs[1]) is not None
    recogniser.forget_onehot()
    assert recogniser.onehot(inputs[1]) is None


def test_a_product_is_the_dense_one(known):
    recogniser, inputs, _ = known
    W = torch.randn(V, 4, requires_grad=True)
    torch.testing.assert_close(recogniser.product(inputs[2], W), inputs[2] @ W)
