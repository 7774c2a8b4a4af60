"""Memory goes from one minibatch to the next, and to no other."""

import torch

from course_utils.engine.compiling.graph import Buffer, Kind
from course_utils.engine.running.buffers import Workspace
from tests.engine.compiling.test_lowering import a_gru_compiled

like = torch.zeros(2, 5)


def test_a_minibatch_gets_the_memory_of_the_last_one_that_has_ended():
    workspace = Workspace()
    first = workspace.memory(a_gru_compiled(), 4, like)
    first.is_free = True
    assert workspace.memory(a_gru_compiled(), 4, torch.ones(2, 5)) is first


def test_other_steps_shapes_and_dtypes_get_memory_of_their_own():
    for num_steps, other in ((3, like), (4, torch.zeros(3, 5)), (4, like.double())):
        workspace = Workspace()
        first = workspace.memory(a_gru_compiled(), 4, like)
        first.is_free = True
        second = workspace.memory(a_gru_compiled(), num_steps, other)
        assert second is not first and second.all_steps(Buffer(Kind.FUSED, 0)).dtype is other.dtype


def test_memory_of_a_minibatch_that_has_not_ended_is_given_up():
    workspace = Workspace()
    late = workspace.memory(a_gru_compiled(), 4, like)
    second = workspace.memory(a_gru_compiled(), 4, like)
    late.is_free = True
    third = workspace.memory(a_gru_compiled(), 4, like)
    assert len({id(late), id(second), id(third)}) == 3
