"""Which edit explains an answer: the smallest change to the equations that gives exactly the student's values."""

from __future__ import annotations

import time

import torch

from course_utils.checks.cases import Case
from course_utils.checks.compare import largest_error, precision, same
from course_utils.checks.pairs import candidates
from course_utils.checks.probe import ForwardResult
from course_utils.equations.evaluate import CyclicEquation, Evaluation
from course_utils.equations.mistakes.catalogue import edits, edits_by_key
from course_utils.equations.mistakes.edit import Edit, compose_all
from course_utils.equations.network import Network
from course_utils.translation import say, say_list, to_say

SEARCH_SECONDS = 0.7  # of processor time for mistakes that come together; a single one is found in under 0.2 s


def explain(cases: list[Case], answers: list[ForwardResult], seconds: float = SEARCH_SECONDS) -> tuple[Edit, ...]:
    """The edits whose values equal the answers in every case, several together when no single one does."""
    return explain_by_one(cases, answers) or explain_by_several(cases, answers, seconds)


@torch.no_grad()
def explain_by_one(cases: list[Case], answers: list[ForwardResult]) -> tuple[Edit, ...]:
    """The single edits whose values equal the answers in every case, the likeliest first."""
    tallest = max((case.network for case in cases), key=lambda network: len(network.layers))
    return tuple(edit for edit in edits(tallest) if _explains_all(edit, cases, answers))


@torch.no_grad()
def explain_by_several(
    cases: list[Case], answers: list[ForwardResult], seconds: float = SEARCH_SECONDS
) -> tuple[Edit, ...]:
    """The pairs, or threes, of edits whose values equal the answers in every case.

    The last case must have one step and one row: they are searched for on it.
    """
    return tuple(_explaining_sets(cases, answers, seconds))


def _explaining_sets(cases: list[Case], answers: list[ForwardResult], seconds: float) -> list[Edit]:
    deadline = time.thread_time() + seconds  # a busy machine must not change a verdict
    for batch in candidates(cases[-1], answers[-1], deadline):
        explaining: list[Edit] = []
        for parts in sorted(batch, key=lambda parts: sum(part.rank for part in parts)):
            together = compose_all(parts)
            if together is not None and _explains_all(together, cases, answers):
                explaining.append(together)
            if time.thread_time() > deadline or len(explaining) == 3:
                return explaining
        if explaining:
            return explaining
    return []


def _explains_all(edit: Edit, cases: list[Case], answers: list[ForwardResult]) -> bool:
    return all(
        (edited := _edited_network(edit, case)) is not None and _explains(edited, case, answer)
        for case, answer in zip(cases, answers, strict=True)
    )


def _edited_network(edit: Edit, case: Case) -> Network | None:
    """The edit's network, or that of the same mistake in the case's own network, a stack of another height.

    A mistake that cannot be made in the lower stack (sharing the weights of layers it does not have) leaves it right.
    """
    if edit.base is case.network:
        return edit.network
    by_key = edits_by_key(case.network)
    parts = [by_key[part.key] for part in edit.parts or (edit,) if part.key in by_key]
    if not parts:
        return case.network
    composed = compose_all(parts)
    return composed.network if composed else None


def _explains(network: Network, case: Case, answer: ForwardResult) -> bool:
    """Whether the network gives the answer's values. It stops at the first number that differs."""
    run = Evaluation(network, case.inputs, case.named_state, case.named_parameters)
    try:
        dtype = precision(answer.outputs[0])
        return all(same(output, run.output(step), dtype) for step, output in enumerate(answer.outputs)) and all(
            same(got, expected, dtype) for got, expected in zip(answer.state, run.final_state(), strict=True)
        )
    except (CyclicEquation, KeyError, RuntimeError):
        return False  # no program: a value is needed before there is one, or shapes clash


def localise(case: Case, answer: ForwardResult) -> str:
    """The first thing that departs from the reference: which step or state, by how much and where."""
    outputs, state = case.reference()
    are_right = [same(got, expected) for got, expected in zip(answer.state, state, strict=True)]
    about_states = _about_states(case, are_right)
    for step, (got, expected) in enumerate(zip(answer.outputs, outputs, strict=True), start=1):
        if not same(got, expected):
            differ = to_say("the outputs differ from step {step} of {steps} on: {departure}")
            message = say(differ, step=step, steps=len(outputs), departure=_departure(got, expected))
            return f"{message}\n{about_states}"
    for name, got, expected, right in zip(case.network.states, answer.state, state, are_right, strict=True):
        if not right:
            message = to_say("the outputs are right, but the final state {name} is not: {departure}")
            return say(message, name=name, departure=_departure(got, expected))
    return say("everything agrees")


def _about_states(case: Case, are_right: list[bool]) -> str:
    names = list(case.network.states)
    good = [name for name, right in zip(names, are_right, strict=True) if right]
    bad = [name for name, right in zip(names, are_right, strict=True) if not right]
    if not bad:
        return say("the final state is right: look at the equation of the output")
    if not good:
        return say("the final state {name} departs too: look at the equations before the output", name=bad[0])
    mixed = to_say("the final state {good} is right, {bad} is not: look at what makes {first}")
    return say(mixed, good=say_list(good), bad=say_list(bad), first=bad[0])


def _departure(got: torch.Tensor, expected: torch.Tensor) -> str:
    error = largest_error(got, expected)
    if error == float("inf"):
        return say("it holds nan or inf")
    row, column = divmod(int((got.detach().double() - expected).abs().argmax()), expected.shape[1])
    return say(
        "the largest error is {error}, in row {row}, column {column} ({got} instead of {expected})",
        error=f"{error:.2g}",
        row=row,
        column=column,
        got=f"{float(got[row, column]):.4f}",
        expected=f"{float(expected[row, column]):.4f}",
    )
