"""Who holds a tensor is counted, and what was done to it is seen."""

import weakref

import pytest
import torch

from course_utils.engine.ownership import are_marked, are_written, outlast, references


@pytest.mark.parametrize(
    "mark", [lambda X: setattr(X, "tag", 1), lambda X: kept.append(weakref.ref(X))], ids=["attribute", "weak reference"]
)
def test_an_attribute_or_a_weak_reference_is_seen(mark):
    tensors = [torch.ones(2), torch.ones(2)]
    assert not are_marked(tensors)
    mark(tensors[1])
    assert are_marked(tensors) and not are_written(tensors)


def test_a_change_in_place_is_seen():
    tensors = [torch.ones(2), torch.ones(2)]
    assert not are_written(tensors)
    tensors[1].mul_(2)
    assert are_written(tensors) and not are_marked(tensors)


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
