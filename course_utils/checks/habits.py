"""What a correct function does besides computing the right values; each function here returns "" when all is well."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import torch

from course_utils.checks.cases import Case
from course_utils.checks.compare import same, same_call
from course_utils.checks.probe import ForwardResult, ProbeError, forward
from course_utils.checks.task_words import is_line
from course_utils.student_code.describe import source_of
from course_utils.translation import say, to_say

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
        return say(_OTHER_LIST)
    pairs = {
        _INPUT: (given.inputs, before.inputs),
        _STATE: (given.state, before.state),
        _PARAMETER: (given.parameters, before.parameters),
    }
    for message, (after, original) in pairs.items():
        if not all(torch.equal(*pair) for pair in zip(after, original, strict=True)):
            return say(message)
    return ""


_OTHER_LIST = to_say(
    "the list of inputs or of parameters is another after the call: the caller still needs it as it was"
)
_INPUT = to_say("an input is changed in place: the caller still needs it. Compute a new tensor instead")
_STATE = to_say("the incoming state is changed in place: the caller still needs it. Compute a new tensor instead")
_PARAMETER = to_say("a parameter is changed in place: the caller still needs it. Compute a new tensor instead")


def repeat_problem(function: Callable[..., Any], case: Case, first: ForwardResult) -> str:
    """Says so when a second call with the same arguments does not give the values of the first."""
    drawing = first.draws or _draws(function)
    differ = to_say(
        "two calls with the same arguments differ: does it keep something between calls, or draw random numbers?"
    )
    if drawing:
        differ = to_say(
            "two calls with the same arguments differ: {drawing} draws other numbers at each call: leave it out",
            drawing=drawing,
        )
    try:
        second = forward(function, case.to(torch.float32))
    except ProbeError as error:
        return "\n".join([say(differ), say("the second: {error}", error=error)])
    if all(same_call(*pair) for pair in zip(second.tensors(), first.tensors(), strict=True)):
        return ""
    return say(differ)


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
        return say("float64 arguments make it fail; {advice}", advice=_FOLLOW)
    if any(tensor.dtype != torch.float64 for tensor in result.tensors()):
        return say("float64 arguments do not give float64 results; {advice}", advice=_FOLLOW)
    outputs, state = case.reference()
    if not all(same(*pair, torch.float64) for pair in zip(result.tensors(), [*outputs, *state], strict=True)):
        return say("with float64 arguments precision is lost on the way; {advice}", advice=_FOLLOW)
    return ""


_FOLLOW = to_say("new tensors follow the arguments when they are made like them: torch.zeros_like(H), or dtype=H.dtype")


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
        line = [text for text in str(error).splitlines() if is_line(text)]
        made = say("a tensor is made on the CPU when the arguments are on another device: {advice}", advice=_LIKE)
        return "\n".join([made, *line])
    if all(tensor.device.type == "meta" for tensor in answer.tensors()):
        return ""
    return say("a result is on the CPU when the arguments are on another device: {advice}", advice=_LIKE)


# The words of torch's kernels, and of its decompositions, which stand in for them on "meta".
_TWO_DEVICES = re.compile(r"expected all tensors to be on the same device|is not on the expected device", re.IGNORECASE)
_LIKE = to_say("create tensors like the state, torch.zeros_like(H), or with device=H.device")


def speed_problem(answers: list[ForwardResult]) -> str:
    """Says so when the slowest call took far too long."""
    seconds = max(answer.seconds for answer in answers)
    if seconds < SLOW:
        return ""
    slow = to_say("a call over a few small matrices took {seconds} s: is there a loop over single numbers, or a sleep?")
    return say(slow, seconds=f"{seconds:.1f}")
