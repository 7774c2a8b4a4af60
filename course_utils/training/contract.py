"""What a student's functions and models must return, and the errors that say so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

from course_utils.student_code.signatures import call_fitting
from course_utils.student_code.slips import about_a_shape, about_the_outputs, about_the_pair, about_the_state
from course_utils.training.models import State
from course_utils.translation import say, to_say


class WrongForm(ValueError):
    """A student's function returned something of another form than training needs; the message says which."""

    def _render_traceback_(self) -> list[str]:
        """What IPython prints: the message, and none of the course's frames."""
        return str(self).splitlines()


def trainable(params: Iterable[Tensor]) -> list[Tensor]:
    """What `get_params` returned, as a list. Raises WrongForm naming the first that cannot be trained."""
    params = list(params)
    if not params:
        raise WrongForm(say("get_params returned no parameters: return them in a list."))
    for position, param in enumerate(params):
        if problem := _untrainable(param):
            shape = tuple(param.shape) if isinstance(param, Tensor) else None
            parts = {"position": position, "count": len(params), "shape": shape, "what": in_words(param)}
            raise WrongForm(say(problem, **parts))
    return params


def _untrainable(param: object) -> str | None:
    if not isinstance(param, Tensor):
        return to_say("get_params: parameter {position} of {count}, counted from 0, is {what}, not a tensor.")
    if not param.is_leaf:
        return to_say(
            "get_params: parameter {position} of {count}, counted from 0, of shape {shape}, was computed from another, "
            "or moved by .to(device): make it and move it, then call .detach().requires_grad_()."
        )
    if not param.requires_grad:
        return to_say(
            "get_params: parameter {position} of {count}, counted from 0, of shape {shape}, does not require "
            "gradients: call .requires_grad_() on it."
        )
    return None


def initial_state(
    init_rnn_state: Callable, batch_size: int, num_hiddens: int, device: torch.device | str | None
) -> Sequence[Tensor]:
    """The state before the first step. Raises WrongForm when it is no tuple of tensors."""
    state: Any = call_fitting(init_rnn_state, batch_size=batch_size, num_hiddens=num_hiddens, device=device)
    if not are_tensors(state):
        message = say(
            "init_rnn_state must return a tuple of tensors, such as (H,) with its comma; it returned {what}.",
            what=in_words(state),
        )
        raise WrongForm(message)
    return state


def require_gradients(there_are_some: bool) -> None:
    """Raises WrongForm when no gradient comes to a parameter."""
    if not there_are_some:
        message = say(
            "The outputs do not depend on any parameter, so nothing can be learnt: compute them from "
            "`params` without .detach(), .item(), .numpy() or torch.no_grad()."
        )
        raise WrongForm(message)


def outputs_and_state(
    returned: object, inputs: list[Tensor], before: Sequence[Tensor]
) -> tuple[Sequence[Tensor], Sequence[Tensor]]:
    """What a student's rnn returned, or WrongForm, which says what it should have been."""
    names = ["H"] if len(before) == 1 else [f"H{number}" for number in range(1, len(before) + 1)]
    if not isinstance(returned, tuple) or len(returned) != 2:
        problem = say("rnn must return the tuple (outputs, state); it returned {what}.", what=in_words(returned))
        raise _wrong_form(problem, about_the_pair(returned, names))
    outputs, state = returned
    expected = [inputs[0].shape] * len(inputs)
    if not are_tensors(outputs) or [output.shape for output in outputs] != expected:
        problem = say(
            "rnn must return as outputs {wanted}, one (batch_size, vocab_size) per time step; it returned {what}.",
            wanted=in_words(inputs), what=in_words(outputs),
        )  # fmt: skip
        raise _wrong_form(problem, _about_the_outputs(outputs, inputs, before))
    if not are_tensors(state) or [part.shape for part in state] != [part.shape for part in before]:
        problem = say(
            "rnn must return as state what it got, {wanted}, such as (H,) with its comma; it returned {what}.",
            wanted=in_words(before), what=in_words(state),
        )  # fmt: skip
        raise _wrong_form(problem, about_the_state(state, names, len(inputs)))
    return outputs, state


def _about_the_outputs(outputs: object, inputs: list[Tensor], before: Sequence[Tensor]) -> str:
    if are_tensors(outputs) and isinstance(outputs, list | tuple) and len(outputs) == len(inputs):
        wanted = tuple(inputs[0].shape)
        other = next(output for output in outputs if tuple(output.shape) != wanted)
        return about_a_shape(other, wanted, tuple(before[0].shape))
    return about_the_outputs(outputs, inputs)


def _wrong_form(problem: str, advice: str) -> ValueError:
    return WrongForm("\n".join(filter(None, (problem, advice))))


def scores_and_state(returned: object, shape: tuple[int, int]) -> tuple[Tensor, State]:
    """What a model returned, scores of this shape, (T*B, V), and its state. Raises WrongForm for anything else."""
    if not isinstance(returned, tuple) or len(returned) != 2:
        what = in_words(returned)
        raise WrongForm(say("The model must return the tuple (output, state); it returned {what}.", what=what))
    scores, state = returned
    if not isinstance(scores, Tensor) or scores.shape != shape:
        message = say(
            "The model must return as output a tensor {shape}, (num_steps * batch_size, vocab_size); "
            "it returned {what}.", shape=shape, what=in_words(scores),
        )  # fmt: skip
        raise WrongForm(message)
    return scores, state


def are_tensors(value: object) -> bool:
    """Whether it is a list or a tuple of tensors only."""
    return isinstance(value, list | tuple) and all(isinstance(item, Tensor) for item in value)


def in_words(value: object) -> str:
    """A value in a few words: `a list of 35: tensor (32, 1027)`."""
    if isinstance(value, Tensor):
        return say("a tensor {shape}", shape=tuple(value.shape))
    if not isinstance(value, list | tuple):
        return "None" if value is None else say("a value of type {kind}", kind=type(value).__name__)
    kinds = list(dict.fromkeys(in_words(item).removeprefix("a ") for item in value))
    shown = " / ".join(kinds[:3]) + (" / …" if len(kinds) > 3 else "")
    if not kinds:
        return say("an empty {kind}", kind=type(value).__name__)
    return say("a {kind} of {count}: {shown}", kind=type(value).__name__, count=len(value), shown=shown)
