"""`check(task, function)`: what a student calls in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from course_utils.quiz.form_check import QuizTask, QuizVerdict, find_quiz_task

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
    verdict = _find(task).examine(*objects)
    is_exercise = not verdict.max_points
    rich = _show(verdict, even_failed=is_exercise)
    if not verdict.passed and not is_exercise:
        raise CheckFailed(verdict.text(), is_shown=rich) from None


def _find(name: str) -> Task | QuizTask:
    """The task. Equations and torch are loaded for those that need them, which a quiz does not."""
    quiz_task = find_quiz_task(name)
    if quiz_task:
        return quiz_task
    from course_utils.checks.tasks import UnknownTask, find_task

    try:
        return find_task(name)
    except UnknownTask as error:
        raise CheckFailed(str(error)) from None


def _show(verdict: Verdict | QuizVerdict, even_failed: bool = False) -> bool:
    """Shows a verdict, as HTML with a plain-text twin where a notebook listens, else as text when nothing is raised."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None or not hasattr(shell, "kernel"):
        if verdict.passed or even_failed:
            print(verdict.text())
        return False
    shell.display_pub.publish({"text/html": verdict._repr_html_(), "text/plain": verdict.text()})
    return True
