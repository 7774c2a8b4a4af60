"""Why training stopped in a student's function or model: the cause in its words and line, and no frame of ours.

What failed is called once more, step by step and recorded, to see which operands did not fit.
"""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from course_utils.student_code.call import quiet
from course_utils.student_code.failures.backward import backward_explained
from course_utils.student_code.failures.explain import explained
from course_utils.student_code.failures.failure import IS_PARAMETER
from course_utils.student_code.frames import failing_line
from course_utils.student_code.recorder import Recorder
from course_utils.translation import heard, say


class TrainingFailed(RuntimeError):
    """A student's function or model raised while it was trained; the message says why, in its words and line."""

    def _render_traceback_(self) -> list[str]:
        """What IPython prints: the message, and none of the frames of torch or of the course."""
        return str(self).splitlines()


def says_why(step: Callable[..., Any]) -> Callable[..., Any]:
    """A learner's `step` that raises TrainingFailed for what a student's code raises, in forward or backward.

    Errors of ours, such as a wrong form of what is returned, pass as they are.
    """

    @functools.wraps(step)
    def guarded(learner: Any, X: Tensor, Y: Tensor) -> Any:
        before = learner.state
        try:
            return step(learner, X, Y)
        except Exception as error:
            if failing_line(error) is None and not _in_backward(error):
                raise
            function, arguments = _call(learner, X, before)
            raise TrainingFailed(_words(error, function, arguments, learner.params)) from error

    return guarded


def says_why_sampling(sample: Callable[..., Any]) -> Callable[..., Any]:
    """A learner's `sample` that raises TrainingFailed for what a student's code raises at its one row and step."""

    @functools.wraps(sample)
    def guarded(learner: Any, prefix: str, num_chars: int) -> Any:
        try:
            return sample(learner, prefix, num_chars)
        except Exception as error:
            if failing_line(error) is None:
                raise
            words = explained(error, Recorder(), ())
            when = say("(while a sample was written: one row, B = 1, and one step, T = 1)")
            raise TrainingFailed(f"{words}\n{when}") from error

    return guarded


def _in_backward(error: BaseException) -> bool:
    return any(frame.name == "_engine_run_backward" for frame in traceback.extract_tb(error.__traceback__))


def _call(learner: Any, X: Tensor, before: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """The call of a minibatch, X (B, T): function and arguments as plain tensors."""
    if isinstance(getattr(learner, "model", None), nn.Module):
        return learner.model, (X, before)
    inputs = list(one_hot(X.T.long(), learner.vocab_size).float())  # T x (B, V)
    state = before if before is not None and not learner.is_random_iter else learner._fresh_state(len(X))
    return learner.rnn, (inputs, state, learner.params)


def _words(
    error: BaseException, function: Callable[..., Any], arguments: tuple[Any, ...], params: Sequence[Tensor]
) -> str:
    recorder = Recorder()
    try:
        with quiet(), recorder:
            result = function(*arguments)
    except Exception as again:
        return _without_repetition(explained(again, recorder, arguments))
    if not _in_backward(error):
        return explained(error, Recorder(), arguments)  # it does not fail twice: without the operands
    try:
        torch.autograd.grad(_total(result), list(params), allow_unused=True)
    except Exception as again:
        error = again
    return backward_explained(error, recorder.writes, function)


def _without_repetition(words: str) -> str:
    """The lines without those that give a parameter its own place for a name, "params[0] is params[0]"."""
    return "\n".join(line for line in words.splitlines() if not _is_repetition(line))


def _is_repetition(line: str) -> bool:
    parts = heard(IS_PARAMETER, line)
    return parts is not None and parts["name"] == f"params[{parts['number']}]"


def _total(result: Any) -> Tensor:
    """The sum of all outputs, (T, B, V) -> ()."""
    outputs = result[0]
    tensors = [outputs] if isinstance(outputs, Tensor) else list(outputs)
    return torch.stack([tensor.sum() for tensor in tensors]).sum()
