"""What a student wrote, described in plain data: a function's signature and source, a value in a few words."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from course_utils.text import Opaque

__all__ = ["MAX_TEXT", "Opaque", "described_function", "outside_numbers", "source_of", "type_name"]

MAX_TEXT = 20_000


def described_function(function: Callable[..., Any]) -> dict[str, Any]:
    """What the checks look at besides values: the parameters' names, the source, and whole numbers from outside."""
    try:
        signature = [
            [parameter.name, int(parameter.kind), parameter.default is not parameter.empty]
            for parameter in inspect.signature(function).parameters.values()
        ]
    except (TypeError, ValueError):
        signature = None
    return {
        "name": str(getattr(function, "__name__", type_name(function)))[:100],
        "signature": signature,
        "source": (source_of(function) or "")[:MAX_TEXT],
        "outside": outside_numbers(function),
    }


def source_of(function: Callable[..., Any]) -> str | None:
    """The source of a function, here or of one that lives in another process; None when it cannot be read."""
    elsewhere = getattr(function, "source_elsewhere", None)
    if elsewhere is not None:
        return elsewhere or None
    try:
        return inspect.getsource(function)
    except (OSError, TypeError, SyntaxError):
        return None


def outside_numbers(function: Callable[..., Any]) -> dict[str, int]:
    """The whole numbers that a function reads from outside its arguments, by name; at most ten."""
    elsewhere = getattr(function, "outside_elsewhere", None)
    if elsewhere is not None:
        return elsewhere
    code, outside = getattr(function, "__code__", None), getattr(function, "__globals__", {})
    names = [name for name in getattr(code, "co_names", ()) if type(outside.get(name)) is int]
    return {name: outside[name] for name in names[:10] if abs(outside[name]) < 2**53}


def type_name(value: Any) -> str:
    """The name of a value's class, at most 100 characters."""
    name = type.__dict__["__name__"].__get__(type(value))  # whatever the class itself says
    return name[:100]
