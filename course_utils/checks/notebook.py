"""`check(task, function)` and `hint(task)`: what a student calls in a notebook."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from IPython import get_ipython

from course_utils.checks.alive import Alive
from course_utils.checks.session import Session
from course_utils.edition import detail
from course_utils.errors import CourseError
from course_utils.frontend import VERDICT, someone_is_there
from course_utils.installation import with_remedy
from course_utils.quiz.form_check import QuizTask, QuizVerdict, find_quiz_task
from course_utils.quiz.sheet import ask
from course_utils.text import tidy
from course_utils.translation import say, to_say

if TYPE_CHECKING:
    from course_utils.checks.stages import Hints
    from course_utils.checks.tasks import Task
    from course_utils.checks.verdict import Verdict


class CheckFailed(AssertionError):
    """An answer is not right yet; the message is the verdict as text, its first line the one sentence to read."""

    def __init__(self, message: str, is_shown: bool = False):
        super().__init__(message)
        self.is_shown = is_shown  # as HTML, right above

    def _render_traceback_(self) -> list[str]:
        """What IPython prints: the verdict and not our stack; of one shown above, the line that Validate shows."""
        lines = str(self).splitlines()
        if not self.is_shown:
            return lines
        return [say("see the verdict above")] if someone_is_there() else lines[:1]


def check(task: str, *objects: Any) -> None:
    """Runs the public checks of a task, `"gru.forward"`, on a function, and shows the verdict.

    Of a quiz's question, `check("quiz.q1", answers)`, it looks at the form of the answer only, and where somebody can
    click it shows buttons for an answer instead of raising. Raises CheckFailed when
    the answer is not right, so that `nbgrader validate` and `nbgrader autograde` see it too. An exercise of a chapter,
    `check("exercise.clip", clip)`, is only shown its verdict: the cells below it run whatever it is.
    """
    found = _find(task, objects)
    if isinstance(found, QuizTask) and len(objects) == 1 and not _older(objects) and ask(found, objects[0]):
        return
    shell = get_ipython()
    publisher = shell.display_pub if hasattr(shell, "kernel") else None
    alive = Alive(found.name, publisher)
    verdict = _remembered(_examined(found, objects, alive))
    is_exercise = not verdict.max_points and not alive.was_interrupted
    if publisher is not None:
        alive.show(_page(verdict), _counted(verdict))
    elif verdict.passed or is_exercise:
        print(verdict.text())
    if not verdict.passed and not is_exercise:
        raise CheckFailed(verdict.text(), is_shown=publisher is not None) from None


def hint(task: str) -> None:
    """Shows the next hint on the last check of a task, `"gru.forward"`, in this kernel: at each call it says more.

    First where in the code to look, then which equation, then which term. Raises CheckFailed for an unknown task.
    """
    found = _find(task, ())
    if isinstance(found, QuizTask):
        raise CheckFailed(say("the quiz has no hints: the chapters answer its questions")) from None
    shown, shell = _hints().next(found), get_ipython()
    if hasattr(shell, "kernel"):
        shell.display_pub.publish({"text/html": shown._repr_html_(), "text/plain": shown.text()})
    else:
        print(shown.text())


@cache
def _hints() -> Hints:
    from course_utils.checks.stages import Hints

    return Hints()


def _remembered(verdict: Verdict | QuizVerdict) -> Verdict | QuizVerdict:
    """The verdict as far as the course wishes it to go; hints go on from it."""
    if isinstance(verdict, QuizVerdict):
        return verdict
    verdict = replace(verdict, detail=detail())
    _hints().remember(verdict)
    return verdict


def _page(verdict: Verdict | QuizVerdict) -> dict[str, str]:
    if isinstance(verdict, QuizVerdict):
        return {"text/html": verdict._repr_html_(), "text/plain": verdict.text()}
    from course_utils.checks.verdict_html import verdict_html

    more = say('Stuck? d2l.hint("{task}") gives a hint, and another one at each call.', task=verdict.task)
    return {"text/html": verdict_html(verdict, more), "text/plain": verdict.text()}


def _counted(verdict: Verdict | QuizVerdict) -> dict[str, Any]:
    """What is saved with the output, so that the start page need not read sentences."""
    names = ("task", "passed", "points", "max_points")
    return {VERDICT: {name: getattr(verdict, name) for name in names}}


def _examined(found: Task | QuizTask, objects: tuple[Any, ...], alive: Alive) -> Verdict | QuizVerdict:
    """The verdict on the newest version; a function that does not end is stopped by an interrupt, and then named."""
    older = _older(objects)
    if older:
        return _not_examined(found, older)
    try:
        with alive, _alone(found):
            return found.examine(*objects)
    except KeyboardInterrupt as error:
        from course_utils.student_code.frames import failing_line

        failing, seconds = failing_line(error), f"{alive.seconds:.0f}"
        alive.was_interrupted = True
        if failing is None:
            return _not_examined(found, say("interrupted after {seconds} s", seconds=seconds))
        where = to_say("interrupted after {seconds} s, in your line: {line}\ndoes the loop around it end?")
        return _not_examined(found, say(where, seconds=seconds, line=tidy(failing.line)))


def _older(objects: tuple[Any, ...]) -> str:
    return SESSION.older(objects) if SESSION else ""


def _alone(found: Task | QuizTask) -> contextlib.AbstractContextManager[None]:
    if isinstance(found, QuizTask):
        return contextlib.nullcontext()
    from course_utils.checks.probe import alone

    return alone()


def _not_examined(found: Task | QuizTask, why: str) -> Verdict | QuizVerdict:
    if isinstance(found, QuizTask):
        return QuizVerdict(found.name, False, why)
    from course_utils.checks.verdict import Criterion, Verdict

    return Verdict(found.name, found.points, (Criterion(to_say("a function to check"), 1, False, why),))


def _find(name: Any, objects: tuple[Any, ...]) -> Task | QuizTask:
    """The task. Equations and torch are loaded for those that need them, which a quiz does not."""
    quiz_task = find_quiz_task(name) if isinstance(name, str) else None
    if quiz_task:
        return quiz_task
    try:
        from course_utils.checks.tasks import UnknownTask, calls_of, find_task, with_own
    except ModuleNotFoundError as error:
        raise with_remedy(error) from None
    if not isinstance(name, str):
        given = str(getattr(name, "__name__", ""))[:100]
        calls = say(" or ").join(calls_of(given)) or say('as in check("gru.forward", gru)')
        raise CheckFailed(say("the name of the task comes first: {calls}", calls=calls)) from None
    try:
        with with_own(_own()):
            return find_task(name)
    except (UnknownTask, CourseError) as error:
        raise CheckFailed(str(error)) from None


def _own() -> dict[str, Task]:
    """The tasks of the assignment in whose folder the kernel runs."""
    from course_utils.checks.own_tasks import FILE, own_tasks

    with contextlib.suppress(OSError):
        return own_tasks({FILE: Path(FILE).read_bytes()})
    return {}


def _session() -> Session | None:
    shell = get_ipython()
    if shell is None:
        return None
    session = Session(shell)
    session.follow()
    return session


SESSION = _session()
