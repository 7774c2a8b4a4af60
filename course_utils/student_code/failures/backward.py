"""Why a backward pass failed: torch's errors of autograd, in the student's words and line."""

from __future__ import annotations

import ast
import contextlib
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from torch import Tensor

from course_utils.student_code.failures.explain import first_line
from course_utils.student_code.failures.failure import IN_YOUR_LINE
from course_utils.student_code.recorder import Write
from course_utils.text import tidy
from course_utils.translation import say

SECOND = "Trying to backward through the graph a second time"
_SPENT = "There was a backward pass over these results"  # what course_utils.engine says of a second one


def backward_explained(
    error: BaseException, writes: Sequence[Write] = (), function: Callable[..., Any] | None = None
) -> str:
    """The lines of the explanation: one sentence, the line, what to do, and torch's own words to search for.

    writes: those of the call whose results are differentiated. function: looked at for values that it keeps.
    """
    message = first_line(error)
    lines = _written_into(message, writes) or _second_backward(message, function) or _no_graph(message)
    raised = say("the backward pass raised: {message}", message=message)
    if _SPENT in message:  # the tracing engine keeps no graph: torch's own words are the ones to search for
        raised = say("torch calls this: {message}", message=SECOND)
    return "\n".join([*map(tidy, lines), raised])


def reaches(results: Sequence[Tensor], leaves: Sequence[Tensor]) -> bool:
    """Whether a backward pass over the results would come to one of these leaves."""
    wanted = {id(leaf) for leaf in leaves}
    waiting, seen = [tensor.grad_fn for tensor in results], set()
    while waiting:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if id(getattr(node, "variable", None)) in wanted:
            return True
        waiting += [following for following, _ in node.next_functions]
    return False


def _written_into(message: str, writes: Sequence[Write]) -> list[str]:
    if "modified by an inplace operation" not in message:
        return []
    write = _write_of(message, writes)
    if write is None or not write.line:
        return [
            say("a tensor that backward still needs was written into"),
            say("compute a new tensor at each step, and collect the steps in a list"),
        ]
    statement = _writing_statement(write.line)
    target = re.split(r"(?<![=<>!+\-*/@])=(?!=)|[+\-*/@]=", statement)[0].strip()
    if "[" in target:
        sentence = say("{target} = … writes into a tensor that backward still needs", target=target)
        advice = say(
            "collect the steps in a list and compute a new tensor at each; torch.stack makes one tensor of the list"
        )
    else:
        changing = tidy(statement, 80)
        sentence = say("{statement} changes a tensor in place that backward still needs", statement=changing)
        advice = _without_change(target, statement)
    return [sentence, say(IN_YOUR_LINE, line=write.line), advice]


def _without_change(target: str, statement: str) -> str:
    operator = re.search(r"([+\-*/])=", statement)
    if operator is None:
        return say("use the function without _")
    told = {"target": target, "operator": operator[1]}
    return say("compute a new tensor instead: {target} = {target} {operator} …", **told)


def _writing_statement(line: str) -> str:
    """Of several statements on one line the first that writes into a tensor; else the line."""
    with contextlib.suppress(SyntaxError):
        for statement in ast.parse(line).body:
            is_item = isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Subscript)
            if is_item or isinstance(statement, ast.AugAssign):
                return ast.get_source_segment(line, statement) or line
    return line


def _write_of(message: str, writes: Sequence[Write]) -> Write | None:
    """The write that made the version which torch met, or the last one into a tensor of that shape."""
    version = re.search(r"is at version (\d+)", message)
    shape = re.search(r"\[[\w.]+ \[([\d, ]*)\]\]", message)
    sizes = tuple(int(n) for n in shape[1].split(",") if n.strip()) if shape else ()
    of_version = [write for write in writes if version and write.version == int(version[1])]
    candidates = [write for write in of_version if write.shape[-len(sizes) :] == sizes] or of_version or list(writes)
    return candidates[-1] if candidates else None


def _second_backward(message: str, function: Callable[..., Any] | None) -> list[str]:
    if SECOND not in message and _SPENT not in message:
        return []
    kept = list(dict.fromkeys(_kept_graphs(function)))[:3] if function is not None else []
    if kept:
        sentence = say("something from an earlier call still carries its graph: {names}", names=say(", ").join(kept))
    else:
        sentence = say(
            "something from an earlier call still carries its graph, such as the state of the last minibatch"
        )
    return [
        sentence,
        say(
            "the state must come from `state`, not from a variable outside the function; compute all else inside it too"
        ),
    ]


def _kept_graphs(function: Callable[..., Any]) -> Iterator[str]:
    """The names outside a function, or in it as an object, that hold results of an earlier computation."""
    code = getattr(function, "__code__", None) or getattr(vars(type(function)).get("__call__"), "__code__", None)
    outside = getattr(function, "__globals__", {})
    for name in getattr(code, "co_names", ()):
        if _has_graph(outside.get(name)):
            yield name
    cells = getattr(function, "__closure__", None) or ()
    for name, cell in zip(getattr(code, "co_freevars", ()), cells, strict=False):
        if _has_graph(getattr(cell, "cell_contents", None)):
            yield name
    for value in getattr(function, "__defaults__", None) or ():
        if _has_graph(value):
            yield say("a default argument")
    for name, value in getattr(getattr(function, "__self__", function), "__dict__", {}).items():
        if _has_graph(value):
            yield f"self.{name}"


def _has_graph(value: Any, depth: int = 0) -> bool:
    if isinstance(value, Tensor):
        return value.grad_fn is not None
    if depth < 2 and isinstance(value, list | tuple | dict):
        items = list(value.values() if isinstance(value, dict) else value)[:1000]
        return any(_has_graph(item, depth + 1) for item in items)
    return False


def _no_graph(message: str) -> list[str]:
    if "does not require grad" in message:
        return [
            say("what is returned depends on no parameter, so nothing can be learnt"),
            say("compute it from `params` without .detach(), .item(), .data, NumPy or torch.no_grad()"),
        ]
    if "leaf variable has been moved" in message or ("leaf" in message and "in-place" in message):
        return [
            say("a parameter is changed in place"),
            say("compute a new tensor instead: W = W + …, not W += …"),
        ]
    return []
