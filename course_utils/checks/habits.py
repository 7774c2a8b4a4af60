"""What a correct function does besides computing the right values; each function here returns "" when all is well."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import torch

from course_utils.checks.cases import Case
from course_utils.checks.compare import same, same_call
from course_utils.checks.probe import ForwardResult, ProbeError, forward, type_and_shape

SLOW = 2.0  # seconds for a call of a few steps over matrices of a dozen rows, which takes a right answer a millisecond


def in_place_problem(function: Callable[..., Any], case: Case) -> str:
    """Names the argument that the call has changed."""
    given, before = case.to(torch.float32), case.to(torch.float32)
    arguments = list(given.inputs), list(given.parameters)
    handed = [id(value) for values in arguments for value in values]
    try:
        forward(function, given, arguments)
    except ProbeError as error:
        return str(error)
    if [id(value) for values in arguments for value in values] != handed:
        return "the list of inputs or of parameters is another after the call: the caller still needs it as it was"
    pairs = {
        "an input": (given.inputs, before.inputs),
        "the incoming state": (given.state, before.state),
        "a parameter": (given.parameters, before.parameters),
    }
    for what, (after, original) in pairs.items():
        if not all(torch.equal(*pair) for pair in zip(after, original, strict=True)):
            return f"{what} is changed in place: the caller still needs it. Compute a new tensor instead"
    return ""


def repeat_problem(function: Callable[..., Any], case: Case, first: ForwardResult) -> str:
    """Says so when a second call with the same arguments does not give the values of the first."""
    why = "does it keep something between calls, or draw random numbers?"
    try:
        second = forward(function, case.to(torch.float32))
    except ProbeError as error:
        return f"two calls with the same arguments differ: {why}\nthe second: {error}"
    if all(same_call(*pair) for pair in zip(second.tensors(), first.tensors(), strict=True)):
        return ""
    return f"two calls with the same arguments differ: {why}"


def dtype_problem(function: Callable[..., Any], case: Case) -> str:
    """Says so when float64 arguments do not give float64 results of that precision."""
    try:
        answer = forward(function, case.to(torch.float64))
    except ProbeError as error:
        return f"with float64 arguments, {error}\ncreate tensors like the state: torch.zeros_like(H), or dtype=H.dtype"
    other = next((tensor for tensor in answer.tensors() if tensor.dtype != torch.float64), None)
    if other is not None:
        return f"with float64 arguments it returns {type_and_shape(other)} in {other.dtype}: let the arguments decide"
    outputs, state = case.reference()
    if not all(same(*pair, torch.float64) for pair in zip(answer.tensors(), [*outputs, *state], strict=True)):
        return "with float64 arguments the precision is lost on the way: let the arguments decide the dtype"
    return ""


def device_problem(function: Callable[..., Any], case: Case) -> str:
    """Whether arguments on another device than the CPU give results there; asked with "meta", which has no values.

    A function that fails there for any other reason than two devices (it reads a value, say) is given the benefit
    of the doubt.
    """
    try:
        answer = forward(function, case.on_meta())
    except ProbeError as error:
        sentence, *where = str(error).splitlines()
        if not _TWO_DEVICES.search(sentence):
            return ""
        line = [text for text in where if text.startswith("in your line")]
        return "\n".join([f"a tensor is made on the CPU when the arguments are on another device: {_LIKE}", *line])
    if all(tensor.device.type == "meta" for tensor in answer.tensors()):
        return ""
    return f"a result is on the CPU when the arguments are on another device: {_LIKE}"


# The words of torch's kernels, and of its decompositions, which stand in for them on "meta".
_TWO_DEVICES = re.compile(r"expected all tensors to be on the same device|is not on the expected device", re.IGNORECASE)
_LIKE = "create tensors like the state, torch.zeros_like(H), or with device=H.device"


def speed_problem(answers: list[ForwardResult]) -> str:
    """Says so when the slowest call took far too long."""
    seconds = max(answer.seconds for answer in answers)
    if seconds < SLOW:
        return ""
    return f"a call over a few small matrices took {seconds:.1f} s: is there a loop over single numbers, or a sleep?"
