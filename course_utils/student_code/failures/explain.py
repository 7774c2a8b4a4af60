"""The explanation of an error: one sentence, the student's line, what to do, and the error's own words below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from course_utils.student_code.failures import operations, values
from course_utils.student_code.failures.failure import IN_YOUR_LINE, NOTHING, RAISED, Explanation, Failure
from course_utils.student_code.frames import failing_line
from course_utils.student_code.letters import Letters, Numbers
from course_utils.student_code.recorder import Recorder
from course_utils.text import tidy
from course_utils.translation import say


def explained(error: BaseException, recorder: Recorder, arguments: Sequence[Any]) -> str:
    """The lines of the explanation of an error that a call with these arguments raised, the sentence to read first."""
    failing = failing_line(error)
    letters = Letters.of_call(arguments) or Numbers()
    failure = Failure(error, first_line(error), failing, recorder, letters, arguments)
    raised = say(RAISED, error=f"{type(error).__name__}: {failure.message}".rstrip(": "))
    where = [say(IN_YOUR_LINE, line=tidy(failing.line))] if failing and failing.line else []
    sentence, advice = _words(failure)
    if not sentence:
        return "\n".join([raised, *where, *advice])
    return "\n".join([sentence, *where, *advice, raised])


def first_line(error: BaseException) -> str:
    """The first line of an error's words, fit to be shown."""
    try:
        return tidy(str(error).strip().partition("\n")[0])
    except Exception:  # a student's own exception class
        return say("(its message cannot be read)")


def _words(failure: Failure) -> tuple[str, list[str]]:
    for explain in _EXPLAINERS:
        try:
            sentence, advice = explain(failure)
        except KeyboardInterrupt:
            raise
        except BaseException:  # a student's object that raises when it is looked at: the error's own words remain
            continue
        if (sentence, advice) != NOTHING:
            return tidy(sentence), [tidy(line) for line in advice.splitlines()]
    return "", []


_EXPLAINERS: tuple[Callable[[Failure], Explanation], ...] = (
    operations.product,
    operations.joined,
    values.not_a_tensor,
    operations.other_dtype,
    operations.elementwise,
    operations.reshaped,
    operations.assigned,
    values.unpacked,
    values.out_of_range,
    values.gradient_is_lost,
    values.leaf_changed,
    values.in_a_condition,
    values.called_wrongly,
    values.unknown_name,
    values.anything_else,
)
