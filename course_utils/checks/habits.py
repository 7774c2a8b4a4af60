"""What a correct function does besides computing the right values; each function here returns "" when all is well."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import torch

from course_utils.checks.cases import Case
from course_utils.checks.compare import same, same_call
from course_utils.checks.probe import ForwardResult, ProbeError, forward
from course_utils.student_code.describe import source_of

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
    drawing = first.draws or _draws(function)
    why = f"{drawing} draws other numbers at each call: leave it out" if drawing else _KEEPS
    try:
        second = forward(function, case.to(torch.float32))
    except ProbeError as error:
        return f"two calls with the same arguments differ: {why}\nthe second: {error}"
    if all(same_call(*pair) for pair in zip(second.tensors(), first.tensors(), strict=True)):
        return ""
    return f"two calls with the same arguments differ: {why}"


_KEEPS = "does it keep something between calls, or draw random numbers?"
_DRAWING = re.compile(
    r"\b(?:\w+\.)*(dropout|Dropout|drop|randn|rand|rand_like|randn_like|randint|bernoulli|normal_?)\("
)


def _draws(function: Callable[..., Any]) -> str:
    """What in a function's source draws random numbers, or "": for a function that lives in another process."""
    found = _DRAWING.search(source_of(function) or "")
    return found[1] if found else ""


def dtype_remark(function: Callable[..., Any], case: Case) -> str:
    """What to say of a function that does not follow float64 arguments; a remark, as no text asks for it."""
    try:
        result = forward(function, case.to(torch.float64))
    except ProbeError:
        return f"float64 arguments make it fail; {_FOLLOW}"
    if any(tensor.dtype != torch.float64 for tensor in result.tensors()):
        return f"float64 arguments do not give float64 results; {_FOLLOW}"
    outputs, state = case.reference()
    if not all(same(*pair, torch.float64) for pair in zip(result.tensors(), [*outputs, *state], strict=True)):
        return f"with float64 arguments precision is lost on the way; {_FOLLOW}"
    return ""


_FOLLOW = "new tensors follow the arguments when they are made like them: torch.zeros_like(H), or dtype=H.dtype"


def device_remark(function: Callable[..., Any], case: Case) -> str:
    """What to say of a function whose results are on the CPU when its arguments are on another device.

    It is asked with "meta", a device without values that every machine has. No text asks for it: a remark.

    A function that fails there for any other reason than two devices (it reads a value, say) is given the benefit
    of the doubt.
    """
    try:
        answer = forward(function, case.on_meta())
    except ProbeError as error:
        if not _TWO_DEVICES.search(str(error)):
            return ""
        line = [text for text in str(error).splitlines() if text.startswith("in your line")]
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
