"""Errors of the backward pass are told by their cause and line, with torch's own words to search for."""

from __future__ import annotations

import pytest
import torch

from course_utils.student_code.call import observed
from course_utils.student_code.failures.backward import backward_explained, reaches

KEPT: dict = {}


def words(function, W, times=1):
    with pytest.raises(RuntimeError) as caught:
        for _ in range(times):
            result, recorder = observed(function, W)
            result.sum().backward()
    return backward_explained(caught.value, recorder.writes, function).splitlines()


def steps_in_one_tensor(W):
    Hs = torch.zeros(3, 2)
    Hs[0] = W[0]
    for t in range(2):
        Hs[t + 1] = torch.tanh(Hs[t] * W[1])
    return Hs


def added_in_place(W):
    H = torch.tanh(W)
    H += 1
    return H


def state_kept_outside(W):
    H = KEPT.get("H", torch.zeros(2))
    KEPT["H"] = torch.tanh(H + W)
    return KEPT["H"]


def weight(*shape):
    KEPT.clear()
    return torch.ones(shape, requires_grad=True)


def test_a_write_into_what_backward_needs_is_told_with_its_line():
    lines = words(steps_in_one_tensor, weight(2, 2))
    assert lines[0] == "Hs[t + 1] = … writes into a tensor that backward still needs"
    assert lines[1] == "in your line: Hs[t + 1] = torch.tanh(Hs[t] * W[1])"
    assert "collect the steps in a list" in lines[2]
    assert "modified by an inplace operation" in lines[-1]


def test_a_change_in_place_is_told_with_what_to_write():
    lines = words(added_in_place, weight(2))
    assert lines[0] == "H += 1 changes a tensor in place that backward still needs"
    assert lines[2] == "compute a new tensor instead: H = H + …"


def test_a_graph_that_is_used_twice_is_told_by_where_it_was_kept():
    lines = words(state_kept_outside, weight(2), times=2)
    assert lines[0] == "something from an earlier call still carries its graph: KEPT"
    assert "the state must come from `state`" in lines[1]
    assert "Trying to backward through the graph a second time" in lines[-1]


def test_a_second_pass_over_the_engines_results_is_told_in_torchs_words():
    error = RuntimeError("There was a backward pass over these results: compute them again.")
    lines = backward_explained(error, [], state_kept_outside).splitlines()
    assert "There was" not in "".join(lines)
    assert lines[-1] == "torch calls this: Trying to backward through the graph a second time"


def test_results_without_a_graph_are_told():
    lines = words(lambda W: W.detach() * 2, weight(2))
    assert lines[0].startswith("what is returned depends on no parameter")


def test_where_a_graph_is_kept_is_found_in_attributes_defaults_and_closures():
    error = RuntimeError("Trying to backward through the graph a second time")
    graph = torch.tanh(weight(2))

    def closure(W):
        return graph

    def default(W, kept=[graph]):  # noqa: B006
        return kept

    class Model:
        def __init__(self):
            self.H = graph

        def __call__(self, W):
            return self.H

    for function, name in ((closure, "graph"), (default, "a default argument"), (Model(), "self.H")):
        assert backward_explained(error, [], function).splitlines()[0].endswith(f": {name}")


def test_it_is_known_which_leaves_a_backward_pass_would_come_to():
    first, second = weight(2), weight(2)
    assert reaches([torch.tanh(first * 2)], [first]) and not reaches([torch.tanh(first * 2)], [second])
    assert not reaches([torch.zeros(2)], [first])


def test_an_unknown_error_keeps_its_words():
    assert backward_explained(RuntimeError("odd")) == "the backward pass raised: odd"
