"""The sentence that helps when what a function returned has another form than the text asks for."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable, Sequence
from typing import Any

from torch import Tensor

from course_utils.student_code.describe import source_of
from course_utils.translation import say


def about_the_pair(result: Any, names: Sequence[str]) -> str:
    """What to do when no pair (outputs, state) came back. names: those of the states."""
    if isinstance(result, tuple) and len(result) == 1 + len(names) > 2:
        return say("the states go into a tuple of their own: return outputs, {states}", states=_tuple_of(names))
    if isinstance(result, list) and len(result) == 2:
        return say("a pair has parentheses, or none, a list has brackets: return outputs, state")
    if isinstance(result, list | Tensor):
        return say("return both, the outputs and the state: return outputs, {states}", states=_tuple_of(names))
    return ""


def about_the_outputs(outputs: Any, inputs: Sequence[Tensor], function: Callable[..., Any] | None = None) -> str:
    """What to do when the outputs are no list of T matrices (B, V). function: what returned them."""
    steps, (batch_size, vocab_size) = len(inputs), inputs[0].shape
    if isinstance(outputs, Tensor):
        shape = tuple(outputs.shape)
        if shape == (steps * batch_size, vocab_size):
            return say("return the list itself, without torch.cat: the training loop joins the steps")
        if shape == (steps, batch_size, vocab_size):
            return say("return the list itself, without torch.stack, or list(…) of the tensor: one matrix per step")
        return say("collect one matrix (B, V) per step in a list: outputs.append(Y)")
    if not isinstance(outputs, list | tuple):
        return ""
    if function is not None and _is_outside(outputs, function):
        return say(
            "the list is made once, outside the function, and keeps earlier calls' outputs: outputs = [] belongs in it"
        )
    if len(outputs) == 1 and function is not None and _ends_in_its_loop(function):
        return say("the return stands inside the loop over time and ends it at the first step: move it out of the loop")
    if len(outputs) <= 1 < steps:
        return say("one output per step: is outputs.append inside the loop, and the return after it?")
    if len(outputs) == steps + 1:
        return say("one output per step: is one made before the loop, from the incoming state?")
    if len(outputs) > steps:
        return say(
            "more than one per step: is the list made inside the function, outputs = [], and filled once in each step?"
        )
    return say("one output per step: does the loop reach every input?")


def about_the_state(state: Any, names: Sequence[str], steps: int) -> str:
    """What to do when the state is no tuple of the states."""
    told = {"states": _tuple_of(names)}
    if len(names) == 1 and isinstance(state, Tensor):
        return say("a tuple of one is written (H,), with its comma: (H) is H itself")
    if isinstance(state, list):
        return say(
            "a tuple has parentheses, a list has brackets: return outputs, {states}, or tuple(…) of the list", **told
        )
    if isinstance(state, Tensor):
        return say("return the states themselves, {states}, not one tensor of them", **told)
    if isinstance(state, tuple) and len(state) == steps != len(names):
        return say("only the last state is handed on, {states}, not that of each step", **told)
    return say("hand on what init made: {states}", **told)


def about_a_shape(given: Any, shape: tuple[int, ...], hidden: tuple[int, ...]) -> str:
    """What to do when one output or state has another shape. hidden: that of a state, (B, H)."""
    if not isinstance(given, Tensor):
        return ""
    got = tuple(given.shape)
    if got == shape[::-1] and got != shape:
        return say("rows and columns have changed places: is there a .T too many?")
    if got == (1, *shape[1:]):
        return say("there is one row for the whole minibatch: is there a mean, a sum or a max over its rows, dim=0?")
    if got == hidden != shape:
        return say("that is the shape of a state: the scores are H W_hq + b_q")
    if got == (1, *shape) or got == (*shape, 1) or got == (shape[0], 1, *shape[1:]):
        return say("there is a dimension of size 1 too many: is there an unsqueeze, or a slice where a number belongs?")
    if got == shape[1:]:
        return say("the rows of the minibatch are gone: is there a squeeze, a mean, or an index too many?")
    return ""


def _tuple_of(names: Sequence[str]) -> str:
    return f"({', '.join(names)}{',' if len(names) == 1 else ''})"


def _is_outside(outputs: Any, function: Callable[..., Any]) -> bool:
    """Whether the very list lives outside the function: a global, a closed-over value, a default, an attribute."""
    outside = getattr(function, "__globals__", {})
    code = getattr(function, "__code__", None)
    values = [outside.get(name) for name in getattr(code, "co_names", ())]
    values += [getattr(cell, "cell_contents", None) for cell in getattr(function, "__closure__", None) or ()]
    values += list(getattr(function, "__defaults__", None) or ())
    values += list(getattr(getattr(function, "__self__", function), "__dict__", {}).values())
    return any(value is outputs for value in values)


def _ends_in_its_loop(function: Callable[..., Any]) -> bool:
    """Whether a return stands inside a for loop of the function."""
    try:
        tree = ast.parse(textwrap.dedent(source_of(function) or ""))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    loops = [node for node in ast.walk(tree) if isinstance(node, ast.For)]
    return any(isinstance(node, ast.Return) for loop in loops for node in ast.walk(loop))
