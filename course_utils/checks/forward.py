"""Looks at a forward function: its values, its gradients and the habits that a correct function has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from course_utils.checks.cases import Case, draw_cases
from course_utils.checks.compare import same
from course_utils.checks.diagnosis import explain_by_one, explain_by_several, localise
from course_utils.checks.gradients import gradient_problem
from course_utils.checks.habits import device_remark, dtype_remark, in_place_problem, repeat_problem, speed_problem
from course_utils.checks.probe import ForwardResult, ProbeError, forward
from course_utils.checks.verdict import Criterion
from course_utils.equations.mistakes.edit import Edit
from course_utils.equations.network import Network
from course_utils.student_code.library_cells import LibraryCellUsed, refuse_by_reading
from course_utils.translation import say, to_say

DIAGNOSED = 3  # the first cases, which end with the one of one step: what the diagnosis looks at

FORM, VALUES, GRADIENTS, HABITS = (
    to_say("returns T outputs (B, V) and the state, at any size"),
    to_say("values of the outputs and the final state"),
    to_say("gradients of the parameters and the incoming state"),
    to_say("habits: arguments unchanged, repeatable"),
)
_WEIGHTS: dict[str, int] = {FORM: 1, VALUES: 5, HABITS: 2, GRADIENTS: 2}

Examination = tuple[list[Criterion], tuple[Edit, ...]]


def examine_forward(function: Callable[..., Any], networks: Sequence[Network], seed: int) -> Examination:
    """The criteria of `function(inputs, state, params)`, and what explains its values when they are wrong."""
    cases = draw_cases(networks, seed)
    try:
        refuse_by_reading(function)
        answers = [forward(function, cases[0].to(torch.float32))]
        kept = repeat_problem(function, cases[0], answers[0])
        if kept:
            return _criteria({FORM: "", VALUES: kept, HABITS: kept, GRADIENTS: kept}), ()
        answers += [forward(function, case.to(torch.float32)) for case in cases[1:]]
    except (ProbeError, LibraryCellUsed) as error:
        return _criteria(dict.fromkeys(_WEIGHTS, str(error))), ()
    wrong = [(case, answer) for case, answer in zip(cases, answers, strict=True) if not is_right(case, answer)]
    habits = in_place_problem(function, cases[0]) or speed_problem(answers)
    if wrong:
        explanations = _explanations(function, cases[:DIAGNOSED], answers[:DIAGNOSED])
        message = say(explanations[0].sentence) if explanations else localise(*wrong[0])
        unseen = say("not looked at before the values are right")
        return _criteria({FORM: "", VALUES: message, HABITS: habits, GRADIENTS: unseen}), explanations
    gradients = gradient_problem(function, cases[0])
    remark = dtype_remark(function, cases[0]) or device_remark(function, cases[0])
    return _criteria({FORM: "", VALUES: "", HABITS: habits, GRADIENTS: gradients}, remark), ()


def _explanations(function: Callable[..., Any], cases: list[Case], answers: list[ForwardResult]) -> tuple[Edit, ...]:
    """The diagnosis, from float64 answers where the function gives them: there rounding hides nothing.

    A function that computes in float32 whatever it is given is judged by the precision of float32.
    """
    singles = [answer.to(torch.float32) for answer in answers]
    try:
        doubles = [forward(function, case.to(torch.float64)) for case in cases]
    except ProbeError:
        return explain_by_one(cases, singles) or explain_by_several(cases, singles)
    is_double = all(tensor.dtype == torch.float64 for answer in doubles for tensor in answer.tensors())
    return (
        (is_double and explain_by_one(cases, doubles))
        or explain_by_one(cases, singles)
        or explain_by_several(cases, doubles if is_double else singles)
    )


def _criteria(problems: dict[str, str], remark: str = "") -> list[Criterion]:
    return [
        Criterion(
            name,
            _WEIGHTS[name],
            not message,
            message,
            required=name in (FORM, VALUES),
            remark=remark if name == HABITS else "",
        )
        for name, message in problems.items()
    ]


def is_right(case: Case, answer: ForwardResult) -> bool:
    """Whether every output and the final state equal the reference."""
    outputs, state = case.reference()
    return all(same(*pair) for pair in zip(answer.tensors(), [*outputs, *state], strict=True))
