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
from course_utils.translation import say, to_say

ITEMS = to_say("{name} has {count} items, {asked} asks for item {index}")
OTHER_ITEMS = to_say("{name} has {count} items, {asked} asks for another")


def not_a_tensor(failure: Failure) -> Explanation:
    """A tuple, a list or None where a tensor belongs: `H = state`."""
    if not isinstance(failure.error, TypeError | AttributeError):
        return NOTHING
    for operand in _suspects(failure):
        advice = _container_advice(operand.value, failure)
        if advice:
            told = {"what": operand.text or to_say("an operand"), "kind": _what_it_is(operand.value)}
            if _is_the_state(operand.value, failure):
                return say("{what} is the state, {kind} where a tensor belongs", **told), advice
            return say("{what} is {kind} where a tensor belongs", **told), advice
    return _not_a_tensor_by_its_words(failure)


def _not_a_tensor_by_its_words(failure: Failure) -> Explanation:
    """What the error itself says: "argument 'input' (position 1) must be Tensor, not tuple"."""
    said = re.search(r"\(position (\d+)\) must be Tensor, not (?:\w+\.)*(\w+)", failure.message)
    if not said:
        return NOTHING
    parts, number = failure.parts(), int(said[1]) - 1
    told = {"what": parts[number].text if number < len(parts) else to_say("an argument"), "kind": _of_type(said[2])}
    sentence = say("{what} is {kind} where a tensor belongs", **told)
    return sentence, say(_ADVICE.get(said[2], to_say("make a tensor of it first")))


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
        return to_say("a {kind} of {count}", kind=type_name(value), count=len(value))
    return to_say("a function") if callable(value) else _of_type(type_name(value))


def _of_type(kind: str) -> str:
    return to_say("of type {kind}", kind=kind)


_NUMPY = to_say("keep to torch: torch.from_numpy(…) makes a tensor of it, but NumPy cannot follow gradients")
_NONE = to_say("does the line that made it return something?")
_ADVICE = {
    "ndarray": _NUMPY,
    "tuple": to_say("take the matrices out of the tuple first: H, = state"),
    "list": to_say("take one of its tensors, or join them with torch.stack or torch.cat"),
    "NoneType": _NONE,
}


def _container_advice(value: Any, failure: Failure) -> str:
    is_module = hasattr(value, "parameters") and hasattr(value, "forward")
    if value is None:
        return say(_NONE)
    if isinstance(value, tuple):
        names = "H, = state" if len(value) == 1 else ", ".join(f"S{i + 1}" for i in range(len(value))) + " = state"
        return say("take the matrices out of the tuple first: {names}", names=names)
    if isinstance(value, list):
        return say("take one of its tensors, by unpacking or by its number, or join them with torch.stack or torch.cat")
    if type_name(value) == "ndarray":
        return say(_NUMPY)
    if callable(value) and not isinstance(value, Tensor) and not is_module:
        return say("a function stands where its result belongs: call it, with its arguments in parentheses")
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
    told: dict[str, object] = {
        "text": written(source) if source is not None else to_say("what is unpacked"),
        "count": len(names),
        "names": ", ".join(names[:14]),
        "first": names[0],
    }
    if isinstance(value, Tensor):
        shape = failure.letters.shape(value.shape)
        sentence = say("{text} is a tensor {shape}, your line takes {count} values of it", shape=shape, **told)
        along = to_say("a tensor unpacks along its first dimension; to give it one name, write {first} = {text}")
        return sentence, say(along, **told)
    if isinstance(failure.failing.statement, ast.For):
        counting = to_say("for {names} in enumerate({text}) counts the items, for X in {text} takes them alone")
        return say("each item of {text} is unpacked into {count} names, {names}", **told), say(counting, **told)
    if "non-iterable" in failure.message:
        sentence = say("{text} is one value, your line takes {count}: {names}", **told)
        return sentence, say("does the function return them all?")
    return _other_count(value, failure, told), _unpacking_advice(value, failure)


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


def _other_count(value: Any, failure: Failure, told: dict[str, object]) -> str:
    got = re.search(r"got (\d+)", failure.message)
    if isinstance(value, list | tuple) or got:
        found = len(value) if isinstance(value, list | tuple) else got and got[1]
        return say("{text} has {found} values, your line takes {count}: {names}", found=found, **told)
    if "too many" in failure.message:
        return say("{text} has more values, your line takes {count}: {names}", **told)
    return say("{text} has fewer values, your line takes {count}: {names}", **told)


def _unpacking_advice(value: Any, failure: Failure) -> str:
    if len(failure.arguments) > 2 and value is failure.arguments[2]:
        return say(IN_THE_ORDER)
    if len(failure.arguments) > 1 and value is failure.arguments[1]:
        return say("the state is the tuple that init made: unpack as many names as it has, and hand on as many")
    return say("give each value a name, or take the ones you need by their number")


def out_of_range(failure: Failure) -> Explanation:
    """An item that a list, a tuple, a dict or a tensor does not have."""
    node, failing = failure.node, failure.failing
    if not isinstance(failure.error, IndexError | KeyError | TypeError) or failing is None:
        return NOTHING
    if not isinstance(node, ast.Subscript):
        node = next((n for n in ast.walk(failing.statement or ast.Pass()) if isinstance(n, ast.Subscript)), None)
    if node is None:
        return NOTHING
    return _not_there(failure, node, value_of(node.value, failing.frame), value_of(node.slice, failing.frame))


def _not_there(failure: Failure, node: ast.Subscript, base: Any, index: Any) -> Explanation:
    """What the base has, instead of what was asked for."""
    name, asked = written(node.value), written(node)
    if isinstance(base, dict) and isinstance(failure.error, KeyError):
        keys = ", ".join(map(repr, list(base)[:12]))
        return say("{name} has no {key}", name=name, key=repr(index)), say("it has {keys}", keys=keys)
    if isinstance(failure.error, TypeError):
        if isinstance(base, list | tuple) and isinstance(index, str):
            kind = type(base).__name__
            sentence = say("{name} is a {kind}: its items have numbers, not names", name=name, kind=kind)
            return sentence, say("take them by number or unpack")
        return NOTHING
    if isinstance(base, Tensor):
        shape = failure.letters.shape(base.shape)
        sentence = say("{asked} asks for more than {name} has, {shape}", asked=asked, name=name, shape=shape)
        return sentence, say("positions count from 0, to one less than the size")
    if isinstance(base, list | tuple):
        message = ITEMS if type(index) is int else OTHER_ITEMS
        sentence = say(message, name=name, count=len(base), asked=asked, index=index)
        return sentence, say("items count from 0; take the number of steps or layers from len(…)")
    return NOTHING


def unknown_name(failure: Failure) -> Explanation:
    """A name without a value: what to look for. The error's own words say the rest."""
    if isinstance(failure.error, UnboundLocalError):
        quoted = re.search(r"variable '(\w+)'", failure.message)
        name = quoted[1] if quoted else to_say("it")
        return "", say("{name} is given a value further down only: give it one before, such as H, = state", name=name)
    if isinstance(failure.error, NameError):
        return "", say("is it spelled as where it was made, and has the cell that makes it been run?")
    if isinstance(failure.error, AttributeError):
        return "", say("has this kind of value such an attribute? print(type(…)) shows what it is")
    return NOTHING


def gradient_is_lost(failure: Failure) -> Explanation:
    """A way through NumPy."""
    if "numpy() on Tensor" not in failure.message and "np.ndarray" not in failure.message:
        return NOTHING
    sentence = say("a tensor that gradients must reach goes through NumPy")
    return sentence, say("keep to torch: torch.sigmoid, torch.tanh, @")


def in_a_condition(failure: Failure) -> Explanation:
    """A whole tensor where one number or one truth is needed."""
    shapes = [failure.shape(operand) for operand in failure.tensors if operand.value.dim()]
    told = {"tensor": to_say("a tensor {shape}", shape=shapes[0]) if shapes else to_say("a tensor of several numbers")}
    if "Boolean value of Tensor" in failure.message:
        sentence = say("{tensor} stands where yes or no is needed", **told)
    elif "converted to" in failure.message:
        sentence = say("{tensor} stands where one number is needed", **told)
    else:
        return NOTHING
    return sentence, say("compare or convert one entry, or use torch's own functions on the whole tensor")


def leaf_changed(failure: Failure) -> Explanation:
    """A parameter that is written into while gradients are recorded."""
    if "a view and is being modified inplace" in failure.message or "view was created" in failure.message:
        target = failure.tensors[0].text if failure.tensors else ""
        what = target or to_say("a part of a tensor")
        return say("{what} is changed in place", what=what), _new_tensor(target)
    if "leaf" not in failure.message or "in-place" not in failure.message:
        return NOTHING
    target = failure.tensors[0].text if failure.tensors else ""
    what = target or to_say("a parameter")
    sentence = say("{what} is changed in place, and gradients must still reach it", what=what)
    return sentence, _new_tensor(target)


def _new_tensor(target: str) -> str:
    name = target if target.isidentifier() else "H"
    return say(
        "compute a new tensor instead: {name} = {name} + …, not {name} += …, {name}[…] = … or a function with _",
        name=name,
    )


def anything_else(failure: Failure) -> Explanation:
    """The next step for an error without words of its own here, unless the student raises it."""
    if isinstance(failure.error, RecursionError):
        return "", say("the function calls itself without an end: which call is the last one?")
    line = failure.failing.line if failure.failing else ""
    if not line or line.startswith(("raise", "assert")):
        return NOTHING
    return "", say("print what this line reads, such as X.shape, in the line before it, and run the check again")


def called_wrongly(failure: Failure) -> Explanation:
    """A call with other arguments than the function takes."""
    if not isinstance(failure.error, TypeError):
        return NOTHING
    if "positional argument" in failure.message or "unexpected keyword" in failure.message:
        if failure.failing is None:
            return "", say("it is called with (inputs, state, params): take these three, in this order")
        return "", say("compare the call with the function's def line: as many arguments, in the same order")
    if "not callable" in failure.message:
        node = failure.node
        name = written(node.func) if isinstance(node, ast.Call) else to_say("it")
        missing = to_say("{name} is no function: is an operator missing before the parenthesis?")
        if hasattr(builtins, name):
            missing = to_say(
                "{name} is no function: is an operator missing before the parenthesis; "
                "is a name of Python's, {name}, used for a variable?"
            )
        return "", say(missing, name=name)
    return NOTHING
