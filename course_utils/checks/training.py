"""Ten steps of the course's training loop with the student's forward function, against the reference's losses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, one_hot

from course_utils.checks.cases import Case, draw_case
from course_utils.checks.probe import ForwardResult, ProbeError, forward
from course_utils.checks.verdict import Criterion
from course_utils.equations.evaluate import evaluate
from course_utils.equations.network import Network
from course_utils.student_code.failures.backward import backward_explained
from course_utils.translation import say, to_say

STEPS, LEARNING_RATE, CLIPPING_THETA = 10, 1e2, 1e-2  # the course's own learning rate and clipping
# Rounding in float32 moves the losses of ten such steps by less than 1e-5, a wrong gradient by more than 1e-2.
TOLERANCE = 1e-3

Forward = Callable[[Case], ForwardResult]


def examine_training(
    function: Callable[..., Any], networks: Sequence[Network], seed: int
) -> tuple[list[Criterion], tuple[()]]:
    """Whether the losses of ten steps, from drawn parameters on drawn data, are the reference's."""
    generator = torch.Generator().manual_seed(seed)
    case = draw_case(networks[0], 4, 3, 9, 6, generator)
    minibatches = torch.randint(9, (STEPS, 5, 3), generator=generator)  # (steps, T+1, B)
    expected = loss_curve(_reference, case.to(torch.float64), minibatches)
    try:
        got = loss_curve(lambda step: forward(function, step), case.to(torch.float32), minibatches, function)
        message = _difference(got, expected)
    except ProbeError as error:
        message = str(error)
    return [Criterion(to_say("the losses of {steps} training steps", steps=STEPS), 1, not message, message)], ()


def loss_curve(
    run: Forward, case: Case, minibatches: Tensor, function: Callable[..., Any] | None = None
) -> list[float]:
    """The loss before each of the steps: truncated backpropagation, global-norm clipping, plain SGD.

    run: gives outputs and state of a case. minibatches: (steps, T+1, B) indices; targets are the inputs one step later.
    Raises ProbeError when a backward pass fails, with what `function` did.
    """
    vocab_size = case.inputs[0].shape[1]
    parameters, state, losses = list(case.parameters), case.state, []
    for parameter in parameters:
        parameter.requires_grad_()
    for indices in minibatches:
        inputs = tuple(one_hot(indices[:-1], vocab_size).to(parameters[0].dtype))  # T x (B, V)
        state = tuple(part.detach() for part in state)
        result = run(Case(case.network, inputs, state, tuple(parameters)))
        state = result.state
        loss = cross_entropy(torch.cat(result.outputs), indices[1:].flatten())
        losses.append(loss.item())
        try:
            _step(parameters, loss)
        except RuntimeError as error:
            raise ProbeError(backward_explained(error, result.writes, function)) from error
    return losses


def _step(parameters: list[Tensor], loss: Tensor) -> None:
    if not loss.requires_grad:
        raise ProbeError(
            say(
                "the loss has no gradient: do the outputs depend on `params`, or is there a detach, no_grad, .data, "
                ".item() or NumPy on the way?"
            )
        )
    returned = torch.autograd.grad(loss, parameters, allow_unused=True)
    gradients = [torch.zeros_like(p) if g is None else g for p, g in zip(parameters, returned, strict=True)]
    norm = float(torch.stack([gradient.norm() for gradient in gradients]).norm())
    rate = LEARNING_RATE * min(1.0, CLIPPING_THETA / norm) if norm else 0.0
    with torch.no_grad():
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter -= rate * gradient


def _reference(case: Case) -> ForwardResult:
    return ForwardResult(*evaluate(case.network, case.inputs, case.state, case.parameters))


def _difference(got: list[float], expected: list[float]) -> str:
    for step, (loss, right) in enumerate(zip(got, expected, strict=True), start=1):
        if not abs(loss - right) <= TOLERANCE * (1 + right):
            why = _FIRST if step == 1 else _LATER
            differs = to_say("the loss of training step {step} is {loss} instead of {right}: {why}")
            return say(differs, step=step, loss=f"{loss:.4f}", right=f"{right:.4f}", why=why)
    return ""


_FIRST = to_say("the values are not right: run the check of the equations")
_LATER = to_say("the first steps agree, so look at gradients (detach, no_grad) and at the state that is handed on")
