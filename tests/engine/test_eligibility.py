"""Only plain tensors, under nothing that changes what operations are, are computed otherwise."""

import pytest
import torch
from torch.autograd import forward_ad

from course_utils.engine.eligibility import is_matrix, is_ordinary_product, is_plain, is_transformed

A, W = torch.ones(2, 3), torch.ones(3, 4)


class Own(torch.Tensor):
    pass


def test_a_subclass_is_not_plain():
    assert is_plain(A) and is_plain(torch.nn.Parameter(A)) and not is_plain(A.as_subclass(Own)) and not is_plain(1.0)
    assert is_matrix(A) and not is_matrix(A[0])


@pytest.mark.parametrize(
    "left, right", [(A, W[1:]), (A, W.double()), (A[0], W), (A, W[0]), (A.int(), W.int()), (A.to_sparse(), W)]
)
def test_products_that_torch_would_refuse_or_do_otherwise_are_not_ordinary(left, right):
    assert is_ordinary_product(A, W) and not is_ordinary_product(left, right)


def is_transformed_by_vmap():
    seen = []
    torch.func.vmap(lambda row: (seen.append(is_transformed()), row)[1])(A)
    return seen[0]


def is_transformed_within(context):
    with context:
        return is_transformed()


def test_what_changes_operations_is_noticed():
    assert not is_transformed()
    assert is_transformed_by_vmap()
    assert is_transformed_within(torch.autocast("cpu", dtype=torch.bfloat16))
    assert is_transformed_within(forward_ad.dual_level())
    assert is_transformed_within(torch.autograd.graph.saved_tensors_hooks(lambda X: X, lambda X: X))
    assert not is_transformed()
