"""A function in a kernel is called like one here, and its gradients come from there."""

from __future__ import annotations

import inspect

import pytest
import torch
from torch.overrides import TorchFunctionMode

from course_utils.sandbox.outside.remote import Remote, _signature
from course_utils.student_code.call import ProbeError
from tests.sandbox.outside.asking import run

SOURCE = """
import torch
def double(x, factor=2):
    return factor * x
def fills(items):
    items[0].fill_(3)
    items.append(torch.ones(1))
def fails(x):
    raise ValueError("no such thing")
number = 7
"""


@pytest.fixture
def remote(sandbox):
    with sandbox.kernel() as kernel:
        run(kernel, SOURCE)
        yield Remote(kernel, 30)


def test_a_value_comes_as_itself_and_a_function_as_one_that_can_be_called(remote):
    assert remote.value("number") == 7
    assert torch.equal(remote.value("double")(torch.tensor([1.0, 2.0])), torch.tensor([2.0, 4.0]))


def test_a_functions_name_and_signature_are_as_it_was_written(remote):
    function = remote.value("double")
    assert (function.__name__, list(inspect.signature(function).parameters)) == ("double", ["x", "factor"])


def test_gradients_come_from_a_backward_pass_in_the_kernel(remote):
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    remote.value("double")(x).sum().backward()
    assert torch.equal(x.grad, torch.tensor([2.0, 2.0]))


class Sees(TorchFunctionMode):
    seen = 0

    def __torch_function__(self, func, types, args=(), kwargs=None):
        self.seen += 1
        return func(*args, **(kwargs or {}))


def test_a_mode_that_watches_what_runs_here_sees_nothing_of_a_call_there(remote):
    function, x = remote.value("double"), torch.ones(2, requires_grad=True)
    with Sees() as mode:
        function(x)
        assert mode.seen == 0
        x * 2
    assert mode.seen == 1


def test_changes_in_place_happen_here_too(remote):
    items = [torch.zeros(2)]
    remote.value("fills")(items)
    assert torch.equal(items[0], torch.full((2,), 3.0)) and len(items) == 2


def test_an_error_in_the_kernel_is_an_error_here_with_its_words(remote):
    with pytest.raises(ProbeError, match="no such thing"):
        remote.value("fails")(1)


def test_a_name_that_is_not_there_is_an_error(remote):
    with pytest.raises(ProbeError, match="gru is not there"):
        remote.value("gru")


@pytest.mark.parametrize("described", [None, 7, [["x"]], [["x", 99, True]], [["not a name", 1, False]]])
def test_a_signature_that_makes_no_sense_takes_anything(described):
    assert [parameter.kind for parameter in _signature(described).parameters.values()] == [
        inspect.Parameter.VAR_POSITIONAL
    ]
