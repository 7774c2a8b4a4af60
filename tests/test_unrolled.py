"""Memory goes from one minibatch to the next, and to no other."""

import torch

from course_utils.unrolled import Workspace

like = torch.zeros(2, 3)


def test_a_minibatch_gets_the_memory_of_the_last_one_that_has_ended():
    workspace = Workspace()
    minibatch = workspace.begin()
    first, second = workspace.empty(like, 4, 5), workspace.empty(like, 4, 5)
    workspace.end(minibatch)
    workspace.begin()
    again = [workspace.empty(like, 4, 5).data_ptr() for _ in range(3)]
    assert again[:2] == [first.data_ptr(), second.data_ptr()] and again[2] not in again[:2]


def test_other_shapes_and_dtypes_get_memory_of_their_own():
    workspace = Workspace()
    minibatch = workspace.begin()
    first = workspace.empty(like, 4, 5)
    workspace.end(minibatch)
    workspace.begin()
    for tensor in (workspace.empty(like, 5, 4), workspace.empty(like.double(), 4, 5)):
        assert tensor.data_ptr() != first.data_ptr()


def test_memory_of_a_minibatch_that_has_not_ended_is_given_up():
    workspace = Workspace()
    late = workspace.begin()
    first = workspace.empty(like, 4, 5)
    workspace.begin()
    second = workspace.empty(like, 4, 5)
    workspace.end(late)
    workspace.begin()
    third = workspace.empty(like, 4, 5)
    assert len({tensor.data_ptr() for tensor in (first, second, third)}) == 3
