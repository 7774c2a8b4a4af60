"""Errors of a student's function in the words of the task: its parameters, its equations, and the sizes of the call."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from course_utils.checks.cases import Case
from course_utils.equations import expressions as e
from course_utils.equations.network import Network
from course_utils.equations.render import term_text
from course_utils.student_code.describe import outside_numbers, source_of
from course_utils.student_code.failures.failure import IN_THE_ORDER, IN_YOUR_LINE, IS_PARAMETER, RAISED
from course_utils.student_code.failures.values import ITEMS, OTHER_ITEMS
from course_utils.translation import begins_as, heard, say, say_list, to_say


def in_words_of_the_task(message: str, function: Callable[..., Any], case: Case) -> str:
    """An error's message with the names of parameters, the products that the equations have, and the call's sizes."""
    if not any(begins_as(line, RAISED) for line in message.splitlines()):
        return message
    lines = [line for line in message.splitlines() if is_line(line) or not heard(IS_PARAMETER, line)]
    lines = [_order(case.network) if line in (IN_THE_ORDER, say(IN_THE_ORDER)) else line for line in lines]
    *above, raised = lines if not begins_as(lines[0], RAISED) else [*lines, ""]
    below = [
        raised,
        say("called with {sizes}", sizes=case.sizes),
        _layers(message, case),
        sizes_by_heart(message, function, case),
    ]
    return "\n".join(line for line in (*above, *_parameters(message, case.network), *below) if line)


def is_line(text: str) -> bool:
    """Whether it is the student's own line."""
    return begins_as(text, IN_YOUR_LINE)


def _order(network: Network) -> str:
    if network.layers:
        by_layers = to_say("the list goes layer by layer, three for each, then W_hq and b_q: {names}")
        return say(by_layers, names=" ".join(network.parameters))
    in_order = to_say("unpack as many names as the list has, in the order of the text: {names}")
    return say(in_order, names=" ".join(network.parameters))


def _parameters(message: str, network: Network) -> Iterator[str]:
    """What the parameters that a failing line uses are, two at most: first those that have another name there."""
    names = list(network.parameters)
    found = [heard(IS_PARAMETER, line) for line in message.splitlines() if not is_line(line)]
    used = [(said["name"], names[int(said["number"])]) for said in found if said and int(said["number"]) < len(names)]
    used.sort(key=lambda pair: re.sub(r"\d|\W", "", pair[0]) == re.sub(r"\d|\W", "", pair[1]))
    for text, name in used[:2]:
        place = _place(network, name)
        named = to_say("{text} is the parameter {name}: {place}")
        yield place if text == name else say(named, text=text, name=name, place=place)
    if used and network.layers:
        yield say("the list goes layer by layer: {names} …", names=" ".join(names[:6]))


def _place(network: Network, name: str) -> str:
    """Where the equations have a parameter: "the equations have X_t W_xz, (B, V) times (V, H)"."""
    shape = network.parameters[name]
    for equation in network.equations:
        for _, node in e.walk(equation.expression):
            if isinstance(node, e.MatMul) and node.right == e.Parameter(name):
                have = to_say("the equations have {term}, (B, {rows}) times ({shape})")
                return say(have, term=term_text(network, node), rows=shape[0], shape=", ".join(shape))
            if isinstance(node, e.Sum) and e.Parameter(name) in node.terms:
                where = term_text(network, e.Ref(equation.name))
                return say("the equations add it in {where}, ({size},)", where=where, size=shape[0])
    return say("its shape is ({shape})", shape=", ".join(shape))


def _layers(message: str, case: Case) -> str:
    lines, about_a_list = message.splitlines(), (IN_THE_ORDER, ITEMS, OTHER_ITEMS)
    is_unpacking = any(heard(said, line) is not None for said in about_a_list for line in lines)
    if not case.network.layers or not is_unpacking:
        return ""
    layers = to_say("the number of layers differs from call to call, here L={count}: take it from len(state)")
    return say(layers, count=len(case.state))


def sizes_by_heart(message: str, function: Callable[..., Any], case: Case) -> str:
    """Which sizes a function may have by heart when shapes do not fit: names outside it, and numbers in its calls."""
    if "not fit" not in message and "size" not in message and "shape" not in message:
        return ""
    named = [f"{name} = {number}" for name, number in outside_numbers(function).items()]
    numbers = [str(number) for number in _numbers(function) if number != len(case.parameters)]
    if not named and not numbers:
        return ""
    uses = to_say("it uses {sizes}, not from its arguments: take every size from them")
    return say(uses, sizes=say_list((named + numbers)[:4]))


def _numbers(function: Callable[..., Any]) -> list[int]:
    """The whole numbers above 4 that a function hands to calls, such as `view(-1, 256)`; positions are no sizes."""
    try:
        tree = ast.parse(textwrap.dedent(source_of(function) or ""))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    positions = {
        id(inner) for node in ast.walk(tree) if isinstance(node, ast.Subscript) for inner in ast.walk(node.slice)
    }
    handed = [
        inner.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for argument in (*node.args, *(keyword.value for keyword in node.keywords))
        for inner in ast.walk(argument)
        if isinstance(inner, ast.Constant) and id(inner) not in positions
    ]
    return [value for value in dict.fromkeys(handed) if type(value) is int and value > 4]
