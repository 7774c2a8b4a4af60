"""Looks at `training_step(inputs, Y, state, params, lr, theta)`: loss, gradients, clipping and the step, by hand.

The reference has switches; each mistake is one of them turned, or two. Sources: clipping: Pascanu et al. 2013,
arXiv:1211.5063; the truncated way back through time: Williams and Peng 1990.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, softmax

from course_utils.checks.cases import draw_case
from course_utils.checks.parameters import require_arguments
from course_utils.checks.probe import ProbeError, call, type_and_shape
from course_utils.checks.short_function import Arguments, converted, departure, results_as_they_are
from course_utils.checks.verdict import Criterion
from course_utils.equations.evaluate import evaluate
from course_utils.equations.network import Network
from course_utils.translation import say, to_say

ARGUMENTS = ("inputs", "Y", "state", "params", "lr", "theta")
FORM, LOSS, PARAMETERS, STATE = (
    to_say("returns (loss, params, state)"),
    to_say("the loss"),
    to_say("the new parameters"),
    to_say("the new state, detached"),
)
NAMES = {LOSS: LOSS, PARAMETERS: PARAMETERS, STATE: to_say("the new state")}  # in a message
_WEIGHTS = {FORM: 1, LOSS: 2, PARAMETERS: 3, STATE: 1}


@dataclass(frozen=True)
class Step:
    """One training step, as it should be or with a mistake. A switch that is turned has a sentence in `MISTAKES`."""

    network: Network
    targets: str = "by steps"  # or "by rows", "the inputs"
    scores: str = "as they are"  # or "softmax"
    reduction: str = "mean"  # or "sum", "over steps"
    clipping: str = "together"  # and others, below
    rate: float = 1.0  # what the learning rate is multiplied by
    state: str = "new"  # or "zeros", "incoming"
    start: str = "incoming"  # or "zeros"

    def __call__(
        self, inputs: list[Tensor], Y: Tensor, state: Sequence[Tensor], params: list[Tensor], lr: float, theta: float
    ) -> tuple[Tensor, list[Tensor], tuple[Tensor, ...]]:
        """(loss, new parameters, new state); Y: (B, T) indices."""
        leaves = [parameter.detach().requires_grad_() for parameter in params]
        came = tuple(map(torch.zeros_like, state)) if self.start == "zeros" else tuple(state)
        outputs, final = evaluate(self.network, inputs, came, leaves)
        loss = self._loss(torch.cat(outputs), inputs, Y)
        gradients = _clipped(self.clipping, torch.autograd.grad(loss, leaves), theta)
        new = [(leaf - self.rate * lr * gradient).detach() for leaf, gradient in zip(leaves, gradients, strict=True)]
        handed = {"new": final, "zeros": tuple(map(torch.zeros_like, state)), "incoming": tuple(state)}[self.state]
        return loss.detach(), new, tuple(part.detach() for part in handed)

    def _loss(self, scores: Tensor, inputs: list[Tensor], Y: Tensor) -> Tensor:
        targets = {
            "by steps": Y.T.flatten(),
            "by rows": Y.flatten(),
            "the inputs": torch.cat(inputs).argmax(dim=1),
        }[self.targets]  # (T*B,)
        scores = softmax(scores, dim=1) if self.scores == "softmax" else scores
        if self.reduction == "over steps":
            return cross_entropy(scores, targets, reduction="sum") / Y.shape[0]
        return cross_entropy(scores, targets, reduction=self.reduction)


def _clipped(how: str, gradients: Sequence[Tensor], theta: float) -> list[Tensor]:
    norms = [float(gradient.norm()) for gradient in gradients]
    norm = sum(one**2 for one in norms) ** 0.5 or 1.0
    if how == "by value":
        return [gradient.clamp(-theta, theta) for gradient in gradients]
    if how == "each alone":
        return [
            min(1.0, theta / one if one else 1.0) * gradient for gradient, one in zip(gradients, norms, strict=True)
        ]
    factor = {
        "together": min(1.0, theta / norm),
        "none": 1.0,
        "always": theta / norm,
        "no theta": 1 / norm if norm > theta else 1.0,
        "no root": min(1.0, theta / norm**2),
        "sum of norms": min(1.0, theta / (sum(norms) or 1.0)),
        "nothing": 0.0,
    }[how]
    return [factor * gradient for gradient in gradients]


MISTAKES: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        to_say("Y is read row by row and the scores step by step: transpose Y before it is flattened, Y.T"),
        {"targets": "by rows"},
    ),
    (to_say("the losses are summed, not averaged over all B·T characters"), {"reduction": "sum"}),
    (to_say("the losses of the steps are added: the mean is over all B·T characters"), {"reduction": "over steps"}),
    (to_say("the gradients are not clipped"), {"clipping": "none"}),
    (
        to_say("each gradient is clipped by itself: the norm is that of all gradients together"),
        {"clipping": "each alone"},
    ),
    (
        to_say("each number of the gradients is cut off at −theta and theta: scale all by one factor"),
        {"clipping": "by value"},
    ),
    (
        to_say("the gradients are scaled to theta also when their norm is smaller: only a larger one is to be changed"),
        {"clipping": "always"},
    ),
    (to_say("the step goes uphill: the gradient is added, it should be subtracted"), {"rate": -1.0}),
    (to_say("the parameters are unchanged: are the new ones returned?"), {"clipping": "nothing"}),
    (to_say("the state that is returned is zero: return the one after the last step"), {"state": "zeros"}),
    (to_say("the state that came in is returned: return the one after the last step"), {"state": "incoming"}),
    (to_say("the state that comes in is ignored: the network starts from zeros"), {"start": "zeros"}),
    (to_say("the targets are the inputs, not Y, the characters that come next"), {"targets": "the inputs"}),
    (to_say("the scores go through softmax before cross_entropy, which does that itself"), {"scores": "softmax"}),
    (to_say("the clipped gradients are divided by their norm, without the factor theta"), {"clipping": "no theta"}),
    (to_say("the root is missing in the norm of the gradients"), {"clipping": "no root"}),
    (to_say("the norms of the gradients are added: add the squares, then take one root"), {"clipping": "sum of norms"}),
)


def examine_training_step(
    function: Callable[..., Any], networks: Sequence[Network], seed: int
) -> tuple[list[Criterion], tuple[()]]:
    """The criteria of a training step, tried with a gradient that must be clipped, one that must not, and one step."""
    right = Step(networks[0])
    calls = list(_cases(right, seed))
    try:
        require_arguments(function, ARGUMENTS)
        results = [_result(function, arguments) for arguments in calls]
    except ProbeError as error:
        return [Criterion(name, weight, False, str(error), name == FORM) for name, weight in _WEIGHTS.items()], ()
    problems = {FORM: next(filter(None, map(_not_ready, results)), ""), LOSS: "", PARAMETERS: "", STATE: ""}
    expected = [right(*converted(arguments, torch.float64)) for arguments in calls]
    for position, name in enumerate((LOSS, PARAMETERS, STATE)):
        pairs = zip(results, expected, strict=True)
        found = (departure(got[position], answer[position], say(NAMES[name])) for got, answer in pairs)
        problems[name] = next(filter(None, found), "")
    if any(problems[name] for name in (LOSS, PARAMETERS, STATE)):
        sentence = _explained(right, calls, results)
        problems |= {name: sentence for name in (LOSS, PARAMETERS, STATE) if sentence and problems[name]}
    problems[STATE] = problems[STATE] or next(filter(None, map(_attached, results)), "")
    return [Criterion(name, _WEIGHTS[name], not text, text, name == FORM) for name, text in problems.items()], ()


def _cases(right: Step, seed: int) -> Iterator[Arguments]:
    """The calls: theta is a share of the gradient's norm, so below it in the first and above it in the second."""
    generator = torch.Generator().manual_seed(seed)
    for steps, batch_size, share in ((4, 3, 0.1), (3, 5, 2.0), (1, 1, 0.1)):
        case = draw_case(right.network, steps, batch_size, 7, 6, generator)
        inputs, state = list(case.inputs), case.state
        Y = torch.randint(7, (batch_size, steps), generator=generator)
        params = [parameter.requires_grad_() for parameter in case.parameters]
        _, moved, _ = replace(right, clipping="none")(inputs, Y, state, params, 1.0, 1.0)
        norm = sum(float(((p - q).detach() ** 2).sum()) for p, q in zip(params, moved, strict=True)) ** 0.5
        yield inputs, Y, state, params, 2.0, round(share * norm, 3)


def _result(function: Callable[..., Any], arguments: Arguments) -> tuple[Any, list[Any], tuple[Any, ...]]:
    """What came back, in the right form. Raises ProbeError."""
    handed = converted(arguments, torch.float32)
    with results_as_they_are(function):
        result = call(function, *handed)
    if not isinstance(result, tuple | list) or len(result) != 3:
        raise ProbeError(say("expected (loss, params, state), got {what}", what=type_and_shape(result)))
    loss, params, state = result
    if isinstance(params, torch.nn.ParameterList):
        params = list(params)
    if not isinstance(params, list | tuple) or len(params) != len(handed[3]):
        expected = to_say("expected a list of {count} new parameters second, got {what}")
        raise ProbeError(say(expected, count=len(handed[3]), what=type_and_shape(params)))
    for number, (new, old) in enumerate(zip(params, handed[3], strict=True), start=1):
        if not isinstance(new, Tensor) or new.shape != old.shape:
            expected = to_say("expected new parameter {number} of shape {shape}, got {what}")
            raise ProbeError(say(expected, number=number, shape=tuple(old.shape), what=type_and_shape(new)))
    if not isinstance(state, tuple) or len(state) != 1:
        form = say("expected the new state as the tuple (H,) third, got {what}", what=type_and_shape(state))
        hint = [say("a tuple of one is written (H,)")] if isinstance(state, Tensor) else []
        raise ProbeError("\n".join([form, *hint]))
    return loss, list(params), state


def _not_ready(result: tuple[Any, list[Any], tuple[Any, ...]]) -> str:
    for number, new in enumerate(result[1], start=1):
        if not new.requires_grad:
            frozen = to_say(
                "new parameter {number} does not require gradients: the next step needs them, requires_grad_()"
            )
            return say(frozen, number=number)
        if not new.is_leaf:
            attached = to_say(
                "new parameter {number} still carries its graph: compute the step in torch.no_grad(), or detach it"
            )
            return say(attached, number=number)
    return ""


def _attached(result: tuple[Any, list[Any], tuple[Any, ...]]) -> str:
    if getattr(result[2][0], "requires_grad", False):
        return say("the new state still carries its graph: detach it, or the next step goes back through this one too")
    return ""


def _explained(right: Step, calls: list[Arguments], results: list[Any]) -> str:
    """The sentence of the mistake, or of two at once, that gives all the results; "" when there is none."""
    pairs = [
        (to_say("two things: {one}; and {other}", one=one, other=other), {**turned, **also})
        for (one, turned), (other, also) in combinations(MISTAKES, 2)
        if not turned.keys() & also.keys()
    ]
    for sentence, switches in (*MISTAKES, *pairs):
        step = replace(right, **switches)
        if not any(
            departure(list(got), list(step(*converted(arguments, torch.float64))))
            for arguments, got in zip(calls[::-1], results[::-1], strict=True)  # the shortest call first
        ):
            return say(sentence)
    return ""
