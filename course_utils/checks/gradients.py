"""Whether gradients reach every parameter and the incoming state, and are the reference's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from course_utils.checks.cases import Case, draw_cases
from course_utils.checks.compare import same
from course_utils.checks.probe import ForwardResult, ProbeError, forward
from course_utils.checks.verdict import Criterion
from course_utils.equations.evaluate import evaluate
from course_utils.equations.network import Network
from course_utils.student_code.failures.backward import backward_explained
from course_utils.translation import say, say_list, to_say


def examine_gradients(
    function: Callable[..., Any], networks: Sequence[Network], seed: int
) -> tuple[list[Criterion], tuple[()]]:
    """The gradients alone, as a task of their own."""
    messages = [gradient_problem(function, case) for case in draw_cases(networks, seed)[:2]]
    message = next(filter(None, messages), "")
    return [Criterion(to_say("gradients of the parameters and the incoming state"), 1, not message, message)], ()


def gradient_problem(function: Callable[..., Any], case: Case) -> str:
    """Compares the gradients of one weighted sum of everything returned; an empty string when they agree."""
    names = [*case.network.parameters, *(to_say("the incoming {name}", name=name) for name in case.network.states)]
    try:
        got = _gradients(lambda leaf: forward(function, leaf), case.to(torch.float32), function)
    except ProbeError as error:
        return str(error)
    expected = _gradients(_reference, case.to(torch.float64))
    missing = [name for name, gradient in zip(names, got, strict=True) if gradient is None]
    if missing:
        none = to_say("no gradient reaches {names}: is there a detach, no_grad, .data, .item() or NumPy on the way?")
        return say(none, names=_some(missing))
    triples = zip(names, got, expected, strict=True)
    wrong = [name for name, mine, right in triples if mine is None or right is None or not same(mine, right)]
    if wrong:
        return say(
            "the gradients of {names} are not those of the equations: is something cut off from the graph "
            "(detach, no_grad, .data), inside the loop over time or in what is returned?",
            names=_some(wrong),
        )
    return ""


def _reference(case: Case) -> ForwardResult:
    return ForwardResult(*evaluate(case.network, case.inputs, case.state, case.parameters))


def _gradients(
    run: Callable[[Case], ForwardResult], case: Case, function: Callable[..., Any] | None = None
) -> list[Tensor | None]:
    """Gradients of a fixed random combination of all results, for each parameter and each incoming state."""
    leaves = [*case.parameters, *case.state]
    for leaf in leaves:
        leaf.requires_grad_()
    result = run(case)
    tensors = result.tensors()
    generator = torch.Generator().manual_seed(1)
    weights = [torch.randn(tensor.shape, generator=generator).to(tensor) for tensor in tensors]
    total = torch.stack([(weight * tensor).sum() for weight, tensor in zip(weights, tensors, strict=True)]).sum()
    if not total.requires_grad:
        return [None] * len(leaves)
    try:
        return list(torch.autograd.grad(total, leaves, allow_unused=True))
    except RuntimeError as error:
        raise ProbeError(backward_explained(error, result.writes, function)) from error


def _some(names: list[str]) -> str:
    listed = say_list(names[:4])
    return say("{names} and {count} more", names=listed, count=len(names) - 4) if len(names) > 4 else listed
