"""A recording knows its calls' results and leaves by the tensors themselves."""

import torch

from course_utils.engine.tracing.recording import Known, Placeholders, Recording

B, N = 3, 4


def a_recording(state=()):
    like = torch.zeros(B, 7)
    return Recording(like, state, Placeholders(like, B), B)


def test_a_placeholder_has_a_shape_and_is_not_a_number():
    placeholder = a_recording().add("tanh", [], "tanh", (), N)
    assert placeholder.shape == (B, N) and placeholder.isnan().all()


def test_a_result_is_known_by_its_call_and_a_leaf_by_its_number():
    recording, W = a_recording(), torch.ones(N, N, requires_grad=True)
    result = recording.add("tanh", [], "tanh", (), N)
    assert recording.find(result) == Known(0, B, N) and recording.position(result) == 0
    assert recording.find(W) == Known(-1, N, N) and recording.position(W) == -1
    assert recording.find(0.5) == recording.find(0.5) == Known(-2, 0, 0)


def test_a_tensor_whose_memory_others_may_share_is_no_leaf_unless_it_is_the_state():
    H = torch.zeros(B, N)
    assert a_recording().find(H) is None
    assert a_recording(state=(H,)).find(H) == Known(-1, B, N)


def test_calls_that_are_dropped_give_their_placeholders_back():
    recording = a_recording()
    first, second = (recording.add("tanh", [], "tanh", (), N) for _ in range(2))
    recording.truncate(1)
    assert recording.results == [first] and recording.position(second) == -1
    assert recording.add("tanh", [], "tanh", (), N) is second
