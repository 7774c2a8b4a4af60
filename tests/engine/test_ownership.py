"""Who holds a tensor is counted, and what was done to it is seen."""

import weakref

import pytest
import torch

from course_utils.engine.ownership import are_unchanged, are_written, outlast, references


@pytest.mark.parametrize(
    "change",
    [
        lambda X: X.mul_(2),
        lambda X: X.requires_grad_(),
        lambda X: setattr(X, "tag", 1),
        lambda X: kept.append(weakref.ref(X)),
    ],
    ids=["in place", "gradient", "attribute", "weak reference"],
)
def test_what_was_done_to_a_new_tensor_is_seen(change):
    tensors = [torch.ones(2), torch.ones(2)]
    assert are_unchanged(tensors) and not are_written(tensors)
    change(tensors[1])
    assert not are_unchanged(tensors)


kept: list = []


def test_one_more_holder_is_one_more_reference():
    tensors = [torch.ones(1), torch.ones(1)]
    before = references(tensors)
    held = tensors[0]
    assert references(tensors) == [before[0] + 1, before[1]] and held is tensors[0]


def test_a_tensor_that_is_only_in_the_list_and_the_dictionary_does_not_outlast_them():
    outputs = [torch.ones(1), torch.ones(1)]
    held = outputs[1]
    assert outlast(dict(enumerate(outputs))) == [False, True] and held is outputs[1]
