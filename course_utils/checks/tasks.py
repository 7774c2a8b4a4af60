"""The tasks: what each part of an assignment is asked to do, and how an answer is examined.

A task is looked up by name (`"gru.forward"`) and examined with a seed; `examine` returns a Verdict and never raises
for anything a student's code does.
"""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from course_utils.checks.exercises import FIRST_CHAPTERS
from course_utils.checks.exercises_of_stacks import LATER_CHAPTERS
from course_utils.checks.forward import Examination, examine_forward
from course_utils.checks.gradients import examine_gradients
from course_utils.checks.measurements import SIGNAL, examine_forget_bias
from course_utils.checks.parameters import examine_parameters
from course_utils.checks.state import examine_state
from course_utils.checks.training import examine_training
from course_utils.checks.training_step import examine_training_step
from course_utils.checks.verdict import Criterion, Verdict
from course_utils.equations.mistakes.catalogue import reset_after
from course_utils.equations.network import Network
from course_utils.equations.networks import BIRNN, BIRNN_GAP, GRU, LSTM, RNN, deep_rnn, deep_rnn_residual
from course_utils.student_code.call import default_device_is_cpu
from course_utils.student_code.failures.explain import first_line
from course_utils.student_code.failures.failure import IN_YOUR_LINE
from course_utils.student_code.frames import failing_line
from course_utils.text import tidy
from course_utils.translation import say, say_list, to_say

PUBLIC_SEED = 20


class Examiner(Protocol):
    """Looks at one answer: `(function, networks, seed) -> (criteria, explanations)`."""

    def __call__(self, function: Callable[..., Any], networks: Sequence[Network], seed: int) -> Any: ...


@dataclass(frozen=True)
class Task:
    """One part of an assignment.

    name: `assignment.part`; function: the name of what is examined; points: what the part is worth in full, 0 for
    an exercise of a chapter.
    networks: the reference of each case; they differ where the number of layers is an argument.
    """

    name: str
    function: str
    points: float
    networks: tuple[Network, ...]
    examiner: Examiner

    def examine(self, *objects: Any, seed: int = PUBLIC_SEED) -> Verdict:
        """The verdict on `objects`, the function that the task asks for."""
        problem = self._problem_with(objects)
        if problem:
            return Verdict(self.name, self.points, (Criterion(to_say("a function to check"), 1, False, problem),))
        criteria, explanations = self._examination(objects[0], seed)
        return Verdict(self.name, self.points, tuple(criteria), explanations)

    def _examination(self, function: Any, seed: int) -> Examination:
        try:
            with default_device_is_cpu():
                return self.examiner(function, self.networks, seed)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # objects whose very type or length raises; our own mistakes too
            return [Criterion(to_say("something to look at"), 1, False, _why_it_stopped(error))], ()

    def _problem_with(self, objects: tuple[Any, ...]) -> str:
        if len(objects) != 1:
            how = to_say('expected one function: check("{task}", {function}); got {count} objects')
            return say(how, task=self.name, function=self.function, count=len(objects))
        if not callable(objects[0]):
            return say(
                "expected the function {function}, got a {kind}: define {function} in the cell above and run that cell",
                function=self.function,
                kind=type(objects[0]).__name__,
            )
        return ""


def _why_it_stopped(error: BaseException) -> str:
    """Whose error ended an examination: that of an object which raises when it is looked at, or ours."""
    failing = failing_line(error)
    if failing is not None:
        what = say("what your function returned cannot be looked at: {error}", error=type(error).__name__)
        return "\n".join([what, say(IN_YOUR_LINE, line=tidy(failing.line))])
    named = f"{type(error).__name__}: {first_line(error)}".rstrip(": ")
    what = say("the check stopped with {error}", error=named)
    whom = say("no line of yours raised it: please show this message to those who teach the course")
    return "\n".join([what, whom])


def tasks_of(*networks: Network, params: int = 2, forward: int = 5, training: int = 2) -> list[Task]:
    """The tasks that every network has. params, forward, training: points; fewer where an assignment repeats a part."""
    name = networks[0].name
    return [
        Task(f"{name}.params", "get_params", params, networks, examine_parameters),
        Task(f"{name}.state", f"init_{name}_state", 1, networks, examine_state),
        Task(f"{name}.forward", name, forward, networks, examine_forward),
        Task(f"{name}.gradients", name, 2, networks, examine_gradients),
        Task(f"{name}.training", name, training, networks, examine_training),
    ]


TASKS = {
    task.name: task
    for task in (
        *tasks_of(RNN, RNN, RNN, forward=4),
        *tasks_of(GRU, GRU, GRU, params=1),
        *tasks_of(LSTM, LSTM, LSTM, params=1),
        *tasks_of(deep_rnn(2), deep_rnn(3), deep_rnn(2), deep_rnn(1), forward=4, training=1),
        *tasks_of(BIRNN, BIRNN, BIRNN, params=1, training=1),
        Task("rnn.step", "training_step", 3, (RNN,), examine_training_step),
        Task("gru.after", "gru_reset_after", 3, (reset_after(GRU),) * 3, examine_forward),
        Task("gru.bonus", "gru_reset_after", 2, (reset_after(GRU),) * 3, examine_forward),  # in older folders
        Task("lstm.forget_bias", "set_forget_bias", 2, (LSTM,), examine_forget_bias),
        Task("deep_rnn.residual", "deep_rnn_residual", 3, tuple(map(deep_rnn_residual, (2, 3, 2, 1))), examine_forward),
        Task("birnn.gap", "fill_gap", 4, (BIRNN_GAP,) * 3, examine_forward),
        Task("deep_rnn.signal", "signal_sizes", 2, (deep_rnn(2),), SIGNAL.examine_graded),
    )
}

EXERCISES = {
    short.name: Task(short.name, short.function, 0, (), short.examine_exercise)
    for short in (*FIRST_CHAPTERS, *LATER_CHAPTERS)
}


_OWN: ContextVar[Mapping[str, Task]] = ContextVar("_OWN", default=MappingProxyType({}))


@contextlib.contextmanager
def with_own(tasks: Mapping[str, Task]) -> Iterator[None]:
    """Meanwhile an assignment's own tasks are known too, in this thread."""
    before = _OWN.set(tasks)
    try:
        yield
    finally:
        _OWN.reset(before)


def known_tasks() -> dict[str, Task]:
    """The graded tasks by name: the course's, and those of the assignment that is looked at."""
    return {**TASKS, **_OWN.get()}


class UnknownTask(ValueError):
    """No task has this name; the message lists those there are."""


def find_task(name: str) -> Task:
    """The task called `name`: `assignment.part`, or `assignment.function`, or an exercise. Raises UnknownTask."""
    tasks = _tasks_by_name()
    if name in tasks:
        return tasks[name]
    parts = [task for task in known_tasks() if task.startswith(f"{name}.")]
    if parts:
        raise UnknownTask(say("{name} is an assignment; its tasks are {tasks}", name=repr(name), tasks=say_list(parts)))
    of_the_kind = EXERCISES if name.startswith("exercise") else known_tasks()
    expected = to_say("expected one of the tasks {tasks}, quiz.q1, quiz.q2, …, got {name}")
    listed = say(expected, tasks=say_list(of_the_kind), name=repr(name))
    close = difflib.get_close_matches(name.lower(), tasks, n=1)
    meant = [say("no task is called {name}: did you mean {other}?", name=repr(name), other=one) for one in close]
    raise UnknownTask("\n".join([*meant, listed]))


def calls_of(function: str) -> list[str]:
    """The calls of `check` that a student's function of this name is for."""
    tasks = [*known_tasks().values(), *EXERCISES.values()]
    return [f'check("{task.name}", {function})' for task in tasks if task.function == function]


def _tasks_by_name() -> dict[str, Task]:
    """Every task under each of its names."""
    graded = known_tasks()
    by_function = {f"{task.name.partition('.')[0]}.{task.function}": task for task in reversed(graded.values())}
    return by_function | graded | EXERCISES
