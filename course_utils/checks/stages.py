"""Hints on demand, a stage at each call: where in the code, which equation, which term."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape

from course_utils.checks.forward import GRADIENTS
from course_utils.checks.hints import hints_for
from course_utils.checks.tasks import Task
from course_utils.checks.verdict import COURSE, Verdict
from course_utils.checks.verdict_html import boxed, equations
from course_utils.checks.where import Shown, equations_of, places
from course_utils.edition import TERM, WHERE
from course_utils.equations.network import Network
from course_utils.equations.render import equation_text
from course_utils.translation import say, to_say

NO_MORE = to_say(
    "There is no further hint for this. Change the function and run its check again, or ask somebody, with the whole "
    "text of the check. The next call begins again."
)


@dataclass(frozen=True)
class Hint:
    """A sentence, and equations below it. It shows itself in a notebook as a verdict does."""

    sentence: str
    shown: tuple[Shown, ...] = ()

    def text(self) -> str:
        """The hint for a terminal."""
        lines = [self.sentence]
        for shown in self.shown:
            lines += [*([shown.head] if shown.head else []), *(f"    {line}" for line in shown.lines(equation_text))]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return boxed(f"<div role='status'>{escape(self.sentence)}</div>" + "".join(map(equations, self.shown)))


def stages(task: Task, verdict: Verdict) -> list[Hint]:
    """All hints for a verdict that is not right, each one saying more, as far as the verdict's detail allows."""
    found = _on_the_mistake(verdict) if verdict.explanations else _on_the_task(task, verdict)
    return [
        replace(
            one, sentence=say("Hint {number} of {count}: {hint}", number=number, count=len(found), hint=one.sentence)
        )
        for number, one in enumerate(found, start=1)
    ]


def _on_the_mistake(verdict: Verdict) -> list[Hint]:
    edit = verdict.explanations[0]
    hints = [Hint(place) for place in places(edit)]
    if verdict.detail == WHERE:
        return hints
    names = equations_of(edit)
    if names:
        compare = say("Compare your line with the equation, term by term.")
        hints.append(Hint(compare, (Shown(say(COURSE), (edit.base, dict.fromkeys(names, ()))),)))
    hints += [Hint(question) for question in hints_for(edit.kind)]
    if verdict.detail == TERM:
        hints.append(Hint(say("{mistake}.", mistake=edit.sentence), tuple(verdict.shown)))
    return hints


def _on_the_task(task: Task, verdict: Verdict) -> list[Hint]:
    """Where nothing explains the values: what failed first, and what the task asks for."""
    first = next(criterion for criterion in verdict.criteria if not criterion.passed)
    if not verdict.is_begun:
        begin = say("Write {function} first: replace the line that raises, or the dots.", function=task.function)
    elif verdict.rows:
        begin = say("Begin with what fails first: {criterion}.", criterion=say(first.name))
    else:
        begin = say("Begin with this: {problem}.", problem=verdict.sentence)
    hints = [Hint(begin)]
    if verdict.detail != WHERE:
        describe = _gradients if first.name == GRADIENTS else _short if not task.networks else _description_of(task)
        hints += describe(task)
    return hints


def _description_of(task: Task) -> Callable[[Task], list[Hint]]:
    return _DESCRIPTIONS.get(task.name.rpartition(".")[2], _forward)


def _params(task: Task) -> list[Hint]:
    network = task.networks[0]
    listed = ", ".join(f"{name} ({', '.join(shape)})" for name, shape in network.parameters.items())
    return [
        Hint(
            say("{function} returns these parameters, in this order: {listed}.", function=task.function, listed=listed)
        ),
        Hint(say("Weights are small random numbers, biases are zeros, and each of them needs a gradient.")),
    ]


def _state(task: Task) -> list[Hint]:
    names = ", ".join(task.networks[0].states)
    return [
        Hint(say("{function} returns a tuple: a matrix of zeros (B, H) for each of {names}.",
                 function=task.function, names=names)),
        Hint(say("A tuple of one has a comma: (H,).")),
    ]  # fmt: skip


def _gradients(task: Task) -> list[Hint]:
    return [
        Hint(say("First make the values right: the gradients are computed from the same lines.")),
        Hint(say("Look for what cuts the way back: detach, item, numpy, no_grad, or torch.tensor around a result.")),
    ]


def _training(task: Task) -> list[Hint]:
    return [
        Hint(say("First make the function, its parameters and its state right: training uses all three.")),
        Hint(say("Print the loss of each of ten steps. Does it fall, stand still, or become nan?")),
        Hint(say("Every parameter must need a gradient, and every one must be used.")),
    ]


def _forward(task: Task) -> list[Hint]:
    network = task.networks[0]
    return [
        Hint(say("These are the equations of {function}, in the order of a step.", function=task.function),
             (Shown("", (network, _all(network))),)),
        Hint(say("Print the shape of every tensor of a step beside the equation's: (B, V), (B, H), (V, H), (H, H).")),
        Hint(say("Take one step with one row and two units, and compute it by hand. At which line do you differ?")),
    ]  # fmt: skip


def _all(network: Network) -> dict[str, tuple[tuple[int, ...], ...]]:
    return {equation.name: () for equation in network.equations}


def _short(task: Task) -> list[Hint]:
    return [
        Hint(say("Write down what {function} should do for numbers that you can compute in your head.",
                 function=task.function)),
        Hint(say("Call {function} with these numbers, and print each step. At which one do you differ?",
                 function=task.function)),
    ]  # fmt: skip


_DESCRIPTIONS: dict[str, Callable[[Task], list[Hint]]] = {
    "params": _params,
    "state": _state,
    "gradients": _gradients,
    "training": _training,
    "step": _training,
    "forget_bias": _short,
    "signal": _short,
}


class Hints:
    """What the last checks said in this kernel, and how many hints were given on it."""

    def __init__(self) -> None:
        self._last: dict[str, Verdict] = {}
        self._given: dict[str, int] = {}

    def remember(self, verdict: Verdict) -> None:
        """A task was checked. With another result its hints begin at the first."""
        name, before = verdict.task, self._last.get(verdict.task)
        if before is None or before.sentence != verdict.sentence:
            self._given[name] = 0
        self._last[name] = verdict

    def next(self, task: Task) -> Hint:
        """The next hint on the last check of the task."""
        verdict = self._last.get(task.name)
        if verdict is None:
            how = to_say("{task} was not checked since the notebook started: run its check first, then ask for a hint.")
            return Hint(say(how, task=task.name))
        if verdict.passed:
            return Hint(say("{task} is right: nothing is left to hint at.", task=task.name))
        found, given = stages(task, verdict), self._given[task.name]
        self._given[task.name] = (given + 1) % (len(found) + 1)
        return found[given] if given < len(found) else Hint(say(NO_MORE))
