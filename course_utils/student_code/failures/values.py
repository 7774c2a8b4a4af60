"""Words for values that are not what a line takes them for: tuples, lists, counts, names, conditions, signatures."""

from __future__ import annotations

import ast
import builtins
import re
from typing import Any

from torch import Tensor

from course_utils.student_code.describe import type_name
from course_utils.student_code.failures.failure import (
    IN_THE_ORDER,
    NOTHING,
    Explanation,
    Failure,
    Operand,
    is_known,
    written,
)
from course_utils.student_code.frames import MISSING, value_of


def not_a_tensor(failure: Failure) -> Explanation:
    """A tuple, a list or None where a tensor belongs: `H = state`."""
    if not isinstance(failure.error, TypeError | AttributeError):
        return NOTHING
    for operand in _suspects(failure):
        advice = _container_advice(operand.value, failure)
        if advice:
            what = operand.text or "an operand"
            whole = "the state, " if _is_the_state(operand.value, failure) else ""
            return f"{what} is {whole}{_what_it_is(operand.value)} where a tensor belongs", advice
    return _not_a_tensor_by_its_words(failure)


def _not_a_tensor_by_its_words(failure: Failure) -> Explanation:
    """What the error itself says: "argument 'input' (position 1) must be Tensor, not tuple"."""
    said = re.search(r"\(position (\d+)\) must be Tensor, not (?:\w+\.)*(\w+)", failure.message)
    if not said:
        return NOTHING
    parts, number = failure.parts(), int(said[1]) - 1
    what = parts[number].text if number < len(parts) else "an argument"
    return f"{what} is of type {said[2]} where a tensor belongs", _ADVICE.get(said[2], "make a tensor of it first")


def _is_the_state(value: Any, failure: Failure) -> bool:
    return len(failure.arguments) > 1 and value is failure.arguments[1] and isinstance(value, tuple)


def _suspects(failure: Failure) -> list[Operand]:
    node = failure.node
    if isinstance(failure.error, AttributeError) and failure.failing:
        nodes = [node] if isinstance(node, ast.Attribute) else _attributes(failure)
        return [Operand(written(n.value), value_of(n.value, failure.failing.frame)) for n in nodes]
    if failure.operation:
        return failure.operands
    return [operand for operand in failure.parts() if is_known(operand)]


def _attributes(failure: Failure) -> list[ast.Attribute]:
    """The attributes in the line whose name the message quotes."""
    quoted = re.findall(r"attribute '(\w+)'", failure.message)
    nodes = ast.walk(failure.failing.statement) if failure.failing and failure.failing.statement else ()
    return [node for node in nodes if isinstance(node, ast.Attribute) and node.attr in quoted]


def _what_it_is(value: Any) -> str:
    if value is None:
        return "None"
    if isinstance(value, list | tuple):
        return f"a {type_name(value)} of {len(value)}"
    return "a function" if callable(value) else f"of type {type_name(value)}"


_NUMPY = "keep to torch: torch.from_numpy(…) makes a tensor of it, but NumPy cannot follow gradients"
_ADVICE = {
    "ndarray": _NUMPY,
    "tuple": "take the matrices out of the tuple first: H, = state",
    "list": "take one of its tensors, or join them with torch.stack or torch.cat",
    "NoneType": "does the line that made it return something?",
}


def _container_advice(value: Any, failure: Failure) -> str:
    is_module = hasattr(value, "parameters") and hasattr(value, "forward")
    if value is None:
        return "does the line that made it return something?"
    if isinstance(value, tuple):
        names = "H, = state" if len(value) == 1 else ", ".join(f"S{i + 1}" for i in range(len(value))) + " = state"
        return f"take the matrices out of the tuple first: {names}"
    if isinstance(value, list):
        return "take one of its tensors, by unpacking or by its number, or join them with torch.stack or torch.cat"
    if type_name(value) == "ndarray":
        return _NUMPY
    if callable(value) and not isinstance(value, Tensor) and not is_module:
        return "a function stands where its result belongs: call it, with its arguments in parentheses"
    return ""


def unpacked(failure: Failure) -> Explanation:
    """Too many or too few values, with what stands on both sides."""
    if "unpack" not in failure.message or failure.failing is None:
        return NOTHING
    target, source = _sides(failure.failing.statement)
    if target is None:
        return NOTHING
    names = [written(element) for element in target.elts]
    value = value_of(source, failure.failing.frame) if source is not None else MISSING
    text = written(source) if source is not None else "what is unpacked"
    listed = ", ".join(names[:14])
    count = _count(value, failure)
    if isinstance(value, Tensor):
        sentence = f"{text} is a tensor {failure.letters.shape(value.shape)}, your line takes {len(names)} values of it"
        return sentence, f"a tensor unpacks along its first dimension; to give it one name, write {names[0]} = {text}"
    if isinstance(failure.failing.statement, ast.For):
        sentence = f"each item of {text} is unpacked into {len(names)} names, {listed}"
        return sentence, f"for {listed} in enumerate({text}) counts the items, for X in {text} takes them alone"
    if "non-iterable" in failure.message:
        return f"{text} is one value, your line takes {len(names)}: {listed}", "does the function return them all?"
    sentence = f"{text} has {count} values, your line takes {len(names)}: {listed}"
    return sentence, _unpacking_advice(value, len(names), failure)


def _sides(statement: ast.stmt | None) -> tuple[ast.Tuple | ast.List | None, ast.expr | None]:
    pairs: list[tuple[ast.AST, ast.expr]] = []
    for node in ast.walk(statement) if statement else ():
        if isinstance(node, ast.Assign):
            pairs += [(target, node.value) for target in node.targets]
        elif isinstance(node, ast.For | ast.comprehension):
            pairs.append((node.target, node.iter))
    for target, source in pairs:
        if isinstance(target, ast.Tuple | ast.List):
            return target, source
    return None, None


def _count(value: Any, failure: Failure) -> str:
    if isinstance(value, list | tuple):
        return str(len(value))
    got = re.search(r"got (\d+)", failure.message)
    return got[1] if got else "more" if "too many" in failure.message else "fewer"


def _unpacking_advice(value: Any, names: int, failure: Failure) -> str:
    if len(failure.arguments) > 2 and value is failure.arguments[2]:
        return IN_THE_ORDER
    if len(failure.arguments) > 1 and value is failure.arguments[1]:
        return "the state is the tuple that init made: unpack as many names as it has, and hand on as many"
    return "give each value a name, or take the ones you need by their number"


def out_of_range(failure: Failure) -> Explanation:
    """An item that a list, a tuple, a dict or a tensor does not have."""
    node, failing = failure.node, failure.failing
    if not isinstance(failure.error, IndexError | KeyError | TypeError) or failing is None:
        return NOTHING
    if not isinstance(node, ast.Subscript):
        node = next((n for n in ast.walk(failing.statement or ast.Pass()) if isinstance(n, ast.Subscript)), None)
    if node is None:
        return NOTHING
    base, index = value_of(node.value, failing.frame), value_of(node.slice, failing.frame)
    text = written(node.value)
    if isinstance(base, dict) and isinstance(failure.error, KeyError):
        return f"{text} has no {index!r}", f"it has {', '.join(map(repr, list(base)[:12]))}"
    if isinstance(failure.error, TypeError):
        if isinstance(base, list | tuple) and isinstance(index, str):
            return (
                f"{text} is a {type(base).__name__}: its items have numbers, not names",
                "take them by number or unpack",
            )
        return NOTHING
    if isinstance(base, Tensor):
        shape = failure.letters.shape(base.shape)
        return (
            f"{written(node)} asks for more than {text} has, {shape}",
            "positions count from 0, to one less than the size",
        )
    if isinstance(base, list | tuple):
        asked = f"{written(node)} asks for item {index}" if type(index) is int else f"{written(node)} asks for another"
        return (
            f"{text} has {len(base)} items, {asked}",
            "items count from 0; take the number of steps or layers from len(…)",
        )
    return NOTHING


def unknown_name(failure: Failure) -> Explanation:
    """A name without a value: what to look for. The error's own words say the rest."""
    if isinstance(failure.error, UnboundLocalError):
        quoted = re.search(r"variable '(\w+)'", failure.message)
        name = quoted[1] if quoted else "it"
        return "", f"{name} is given a value further down only: give it one before, such as H, = state"
    if isinstance(failure.error, NameError):
        return "", "is it spelled as where it was made, and has the cell that makes it been run?"
    if isinstance(failure.error, AttributeError):
        return "", "has this kind of value such an attribute? print(type(…)) shows what it is"
    return NOTHING


def gradient_is_lost(failure: Failure) -> Explanation:
    """A way through NumPy."""
    if "numpy() on Tensor" not in failure.message and "np.ndarray" not in failure.message:
        return NOTHING
    return "a tensor that gradients must reach goes through NumPy", "keep to torch: torch.sigmoid, torch.tanh, @"


def in_a_condition(failure: Failure) -> Explanation:
    """A whole tensor where one number or one truth is needed."""
    for words, what in (("Boolean value of Tensor", "yes or no"), ("converted to", "one number")):
        if words in failure.message:
            shapes = [failure.shape(operand) for operand in failure.tensors if operand.value.dim()]
            sentence = f"a tensor {shapes[0] if shapes else 'of several numbers'} stands where {what} is needed"
            return sentence, "compare or convert one entry, or use torch's own functions on the whole tensor"
    return NOTHING


def leaf_changed(failure: Failure) -> Explanation:
    """A parameter that is written into while gradients are recorded."""
    if "a view and is being modified inplace" in failure.message or "view was created" in failure.message:
        target = failure.tensors[0].text if failure.tensors else ""
        return f"{target or 'a part of a tensor'} is changed in place", _new_tensor(target)
    if "leaf" not in failure.message or "in-place" not in failure.message:
        return NOTHING
    target = failure.tensors[0].text if failure.tensors else ""
    what = f"{target or 'a parameter'} is changed in place, and gradients must still reach it"
    return what, _new_tensor(target)


def _new_tensor(target: str) -> str:
    name = target if target.isidentifier() else "H"
    return f"compute a new tensor instead: {name} = {name} + …, not {name} += …, {name}[…] = … or a function with _"


def anything_else(failure: Failure) -> Explanation:
    """The next step for an error without words of its own here, unless the student raises it."""
    if isinstance(failure.error, RecursionError):
        return "", "the function calls itself without an end: which call is the last one?"
    line = failure.failing.line if failure.failing else ""
    if not line or line.startswith(("raise", "assert")):
        return NOTHING
    return "", "print what this line reads, such as X.shape, in the line before it, and run the check again"


def called_wrongly(failure: Failure) -> Explanation:
    """A call with other arguments than the function takes."""
    if not isinstance(failure.error, TypeError):
        return NOTHING
    if "positional argument" in failure.message or "unexpected keyword" in failure.message:
        if failure.failing is None:
            return "", "it is called with (inputs, state, params): take these three, in this order"
        return "", "compare the call with the function's def line: as many arguments, in the same order"
    if "not callable" in failure.message:
        node = failure.node
        name = written(node.func) if isinstance(node, ast.Call) else "it"
        hides = f"; is a name of Python's, {name}, used for a variable?" if hasattr(builtins, name) else ""
        return "", f"{name} is no function: is an operator missing before the parenthesis{hides or '?'}"
    return NOTHING
