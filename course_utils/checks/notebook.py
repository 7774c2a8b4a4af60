"""`check(task, function)`: what a student calls in a notebook."""

from __future__ import annotations

from typing import Any

from course_utils.checks.tasks import UnknownTask, find_task
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

    Raises CheckFailed when the answer is not right, so that `nbgrader validate` and `nbgrader autograde` see it too.
    """
    try:
        found = find_task(task)
    except UnknownTask as error:
        raise CheckFailed(str(error)) from None
    verdict = found.examine(*objects)
    rich = _show(verdict)
    if not verdict.passed:
        raise CheckFailed(verdict.text(), is_shown=rich) from None


def _show(verdict: Verdict) -> bool:
    """Shows a verdict, as HTML with a plain-text twin where a notebook listens, else as text when it passed."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None or not hasattr(shell, "kernel"):
        if verdict.passed:
            print(verdict.text())
        return False
    shell.display_pub.publish({"text/html": verdict._repr_html_(), "text/plain": verdict.text()})
    return True
