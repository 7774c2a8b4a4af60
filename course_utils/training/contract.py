"""What a student's functions and models must return, and the errors that say so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

from course_utils.student_code.signatures import call_fitting
from course_utils.student_code.slips import about_a_shape, about_the_outputs, about_the_pair, about_the_state
from course_utils.training.models import State


class WrongForm(ValueError):
    """A student's function returned something of another form than training needs; the message says which."""

    def _render_traceback_(self) -> list[str]:
        """What IPython prints: the message, and none of the course's frames."""
        return str(self).splitlines()


def trainable(params: Iterable[Tensor]) -> list[Tensor]:
    """What `get_params` returned, as a list. Raises WrongForm naming the first that cannot be trained."""
    params = list(params)
    if not params:
        raise WrongForm("get_params returned no parameters: return them in a list.")
    for position, param in enumerate(params):
        if problem := _untrainable(param):
            raise WrongForm(f"get_params: parameter {position} of {len(params)}, counted from 0, {problem}")
    return params


def _untrainable(param: object) -> str | None:
    if not isinstance(param, Tensor):
        return f"is {in_words(param)}, not a tensor."
    shape = tuple(param.shape)
    if not param.is_leaf:
        return (
            f"of shape {shape}, was computed from another, or moved by .to(device): make it and move it, "
            "then call .detach().requires_grad_()."
        )
    if not param.requires_grad:
        return f"of shape {shape}, does not require gradients: call .requires_grad_() on it."
    return None


def initial_state(
    init_rnn_state: Callable, batch_size: int, num_hiddens: int, device: torch.device | str | None
) -> Sequence[Tensor]:
    """The state before the first step. Raises WrongForm when it is no tuple of tensors."""
    state: Any = call_fitting(init_rnn_state, batch_size=batch_size, num_hiddens=num_hiddens, device=device)
    if not are_tensors(state):
        raise WrongForm(
            f"init_rnn_state must return a tuple of tensors, such as (H,) with its comma; "
            f"it returned {in_words(state)}."
        )
    return state


def require_gradients(there_are_some: bool) -> None:
    """Raises WrongForm when no gradient comes to a parameter."""
    if not there_are_some:
        raise WrongForm(
            "The outputs do not depend on any parameter, so nothing can be learnt: compute them from "
            "`params` without .detach(), .item(), .numpy() or torch.no_grad()."
        )


def outputs_and_state(
    returned: object, inputs: list[Tensor], before: Sequence[Tensor]
) -> tuple[Sequence[Tensor], Sequence[Tensor]]:
    """What a student's rnn returned, or WrongForm, which says what it should have been."""
    names = ["H"] if len(before) == 1 else [f"H{number}" for number in range(1, len(before) + 1)]
    if not isinstance(returned, tuple) or len(returned) != 2:
        problem = f"rnn must return the tuple (outputs, state); it returned {in_words(returned)}."
        raise _wrong_form(problem, about_the_pair(returned, names))
    outputs, state = returned
    expected = [inputs[0].shape] * len(inputs)
    if not are_tensors(outputs) or [output.shape for output in outputs] != expected:
        problem = (
            f"rnn must return as outputs {in_words(inputs)}, one (batch_size, vocab_size) per time step; "
            f"it returned {in_words(outputs)}."
        )
        raise _wrong_form(problem, _about_the_outputs(outputs, inputs, before))
    if not are_tensors(state) or [part.shape for part in state] != [part.shape for part in before]:
        problem = (
            f"rnn must return as state what it got, {in_words(before)}, such as (H,) with its comma; "
            f"it returned {in_words(state)}."
        )
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
        raise WrongForm(f"The model must return the tuple (output, state); it returned {in_words(returned)}.")
    scores, state = returned
    if not isinstance(scores, Tensor) or scores.shape != shape:
        raise WrongForm(
            f"The model must return as output a tensor {shape}, (num_steps * batch_size, vocab_size); "
            f"it returned {in_words(scores)}."
        )
    return scores, state


def are_tensors(value: object) -> bool:
    """Whether it is a list or a tuple of tensors only."""
    return isinstance(value, list | tuple) and all(isinstance(item, Tensor) for item in value)


def in_words(value: object) -> str:
    """A value in a few words: `a list of 35: tensor (32, 1027)`."""
    if isinstance(value, Tensor):
        return f"a tensor {tuple(value.shape)}"
    if not isinstance(value, list | tuple):
        return "None" if value is None else f"a value of type {type(value).__name__}"
    kinds = list(dict.fromkeys(in_words(item).removeprefix("a ") for item in value))
    shown = " / ".join(kinds[:3]) + (" / …" if len(kinds) > 3 else "")
    return f"a {type(value).__name__} of {len(value)}: {shown}" if kinds else f"an empty {type(value).__name__}"
