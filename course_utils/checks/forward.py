"""Looks at a forward function: its values, its gradients and the habits that a correct function has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from course_utils.checks.cases import Case, draw_cases
from course_utils.checks.compare import same
from course_utils.checks.diagnosis import explain, localise
from course_utils.checks.gradients import gradient_problem
from course_utils.checks.habits import dtype_problem, in_place_problem, repeat_problem, speed_problem
from course_utils.checks.probe import Answer, ProbeError, forward, library_cell_in
from course_utils.checks.verdict import Criterion
from course_utils.equations.edits import Edit
from course_utils.equations.network import Network

DIAGNOSED = 3  # the first cases, which end with the one of one step: what the diagnosis looks at

FORM, VALUES, GRADIENTS, HABITS = (
    "returns T outputs (B, V) and the state, at any size",
    "values of the outputs and the final state",
    "gradients of the parameters and the incoming state",
    "habits: arguments unchanged, repeatable, follows the dtype",
)
_WEIGHTS = {FORM: 1, VALUES: 5, GRADIENTS: 2, HABITS: 2}

Findings = tuple[list[Criterion], tuple[Edit, ...]]


def examine_forward(function: Callable[..., Any], networks: Sequence[Network], seed: int) -> Findings:
    """The criteria of `function(inputs, state, params)`, and what explains its values when they are wrong."""
    cases = draw_cases(networks, seed)
    try:
        answers, seconds = _answers(function, cases)
    except ProbeError as error:
        return _criteria(dict.fromkeys(_WEIGHTS, str(error))), ()
    wrong = [(case, answer) for case, answer in zip(cases, answers, strict=True) if not is_right(case, answer)]
    problems = {FORM: "", VALUES: "", GRADIENTS: "", HABITS: _habits(function, cases[0], seconds)}
    explanations: tuple[Edit, ...] = ()
    if wrong:
        unstable = repeat_problem(function, cases[0])
        explanations = () if unstable else explain(cases[:DIAGNOSED], answers[:DIAGNOSED])
        problems[VALUES] = unstable or (explanations[0].sentence if explanations else localise(*wrong[0]))
        problems[GRADIENTS] = "not looked at before the values are right"
    else:
        problems[GRADIENTS] = gradient_problem(function, cases[0])
        problems[HABITS] = problems[HABITS] or _looks(dtype_problem, function, cases[0])
    return _criteria(problems), explanations


def _answers(function: Callable[..., Any], cases: list[Case]) -> tuple[list[Answer], float]:
    """The answers to all cases and the longest call's seconds. Raises ProbeError."""
    library = library_cell_in(function)
    if library:
        raise ProbeError(library)
    answers = [forward(function, case.to(torch.float32)) for case in cases]
    return answers, max(answer.seconds for answer in answers)


def _habits(function: Callable[..., Any], case: Case, seconds: float) -> str:
    return _looks(in_place_problem, function, case) or _looks(repeat_problem, function, case) or speed_problem(seconds)


def _looks(look: Callable[[Callable[..., Any], Case], str], function: Callable[..., Any], case: Case) -> str:
    try:
        return look(function, case)
    except ProbeError as error:
        return str(error)


def _criteria(problems: dict[str, str]) -> list[Criterion]:
    return [Criterion(name, _WEIGHTS[name], not message, message) for name, message in problems.items()]


def is_right(case: Case, answer: Answer) -> bool:
    """Whether every output and the final state equal the reference."""
    outputs, state = case.reference()
    return all(same(*pair) for pair in zip(answer.tensors(), [*outputs, *state], strict=True))
