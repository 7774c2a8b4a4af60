"""`check(task, function)`: what a student calls in a notebook."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from IPython import get_ipython

from course_utils.checks.alive import Alive
from course_utils.checks.session import Session
from course_utils.errors import CourseError
from course_utils.quiz.form_check import QuizTask, QuizVerdict, find_quiz_task
from course_utils.text import tidy

if TYPE_CHECKING:
    from course_utils.checks.tasks import Task
    from course_utils.checks.verdict import Verdict


class CheckFailed(AssertionError):
    """An answer is not right yet; the message is the verdict as text, its first line the one sentence to read."""

    def __init__(self, message: str, is_shown: bool = False):
        super().__init__(message)
        self.is_shown = is_shown  # as HTML, right above

    def _render_traceback_(self) -> list[str]:
        """What IPython prints: the verdict, not our stack, and of what is shown above only the sentence."""
        lines = str(self).splitlines()
        return [lines[0]] if self.is_shown else lines


def check(task: str, *objects: Any) -> None:
    """Runs the public checks of a task, `"gru.forward"`, on a function, and shows the verdict.

    Of a quiz's question, `check("quiz.q1", answers)`, it looks at the form of the answer only. Raises CheckFailed when
    the answer is not right, so that `nbgrader validate` and `nbgrader autograde` see it too. An exercise of a chapter,
    `check("exercise.clip", clip)`, is only shown its verdict: the cells below it run whatever it is.
    """
    found = _find(task, objects)
    shell = get_ipython()
    publisher = shell.display_pub if hasattr(shell, "kernel") else None
    alive = Alive(found.name, publisher)
    verdict = _examined(found, objects, alive)
    is_exercise = not verdict.max_points and not alive.was_interrupted
    if publisher is not None:
        alive.show({"text/html": verdict._repr_html_(), "text/plain": verdict.text()})
    elif verdict.passed or is_exercise:
        print(verdict.text())
    if not verdict.passed and not is_exercise:
        raise CheckFailed(verdict.text(), is_shown=publisher is not None) from None


def _examined(found: Task | QuizTask, objects: tuple[Any, ...], alive: Alive) -> Verdict | QuizVerdict:
    """The verdict on the newest version; a function that does not end is stopped by an interrupt, and then named."""
    older = SESSION.older(objects) if SESSION else ""
    if older:
        return _not_examined(found, older)
    try:
        with alive, _alone(found):
            return found.examine(*objects)
    except KeyboardInterrupt as error:
        from course_utils.student_code.frames import failing_line

        failing = failing_line(error)
        where = f", in your line: {tidy(failing.line)}" if failing else ""
        advice = "\ndoes the loop around it end?" if failing else ""
        alive.was_interrupted = True
        return _not_examined(found, f"interrupted after {alive.seconds:.0f} s{where}{advice}")


def _alone(found: Task | QuizTask) -> contextlib.AbstractContextManager[None]:
    if isinstance(found, QuizTask):
        return contextlib.nullcontext()
    from course_utils.checks.probe import alone

    return alone()


def _not_examined(found: Task | QuizTask, why: str) -> Verdict | QuizVerdict:
    if isinstance(found, QuizTask):
        return QuizVerdict(found.name, False, why)
    from course_utils.checks.verdict import Criterion, Verdict

    return Verdict(found.name, found.points, (Criterion("a function to check", 1, False, why),))


def _find(name: Any, objects: tuple[Any, ...]) -> Task | QuizTask:
    """The task. Equations and torch are loaded for those that need them, which a quiz does not."""
    quiz_task = find_quiz_task(name) if isinstance(name, str) else None
    if quiz_task:
        return quiz_task
    from course_utils.checks.tasks import UnknownTask, calls_of, find_task, with_own

    if not isinstance(name, str):
        given = str(getattr(name, "__name__", ""))[:100]
        calls = " or ".join(calls_of(given)) or 'as in check("gru.forward", gru)'
        raise CheckFailed(f"the name of the task comes first: {calls}") from None
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
