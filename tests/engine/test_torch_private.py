"""torch's private names are there, and do what the engine needs of them."""

import pytest
import torch

from course_utils.engine import torch_private


def test_become_exchanges_tensors_behind_their_names():
    left, right = torch.zeros(2), torch.ones(3, requires_grad=True) * 2
    torch_private.become(left, right)
    assert left.tolist() == [2, 2, 2] and left.grad_fn is not None and right.tolist() == [0, 0]


@pytest.mark.skipif(not torch_private.BUILT_IN_ONEDNN, reason="this torch has no oneDNN")
def test_onednns_product_is_linear():
    X, W, b = torch.randn(3, 4), torch.randn(5, 4), torch.randn(5)
    with torch.no_grad():
        torch.testing.assert_close(torch_private.onednn_linear(X, W, b), torch.nn.functional.linear(X, W, b))
        packed = torch_private.onednn_packed(W, 3)
        torch.testing.assert_close(torch_private.onednn_linear(X, packed), X @ W.t())
