"""The messages of the package: what stands in `say("…")` and `to_say("…")`, in Python and in templates, by rooms.

The docstrings of commands are messages too: `--help` shows them.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract
from jinja2.ext import babel_extract

from course_utils.translating.units import Unit

KEYWORDS = {"say": None, "to_say": None, "Wrong": None}  # the last: a named mistake, its sentence first
TEMPLATES = ".j2"


def messages_by_room(package: Path) -> dict[str, list[Unit]]:
    """The name of a catalogue -> the messages of that room; modules of no room are the `ground`. Each message once."""
    rooms: dict[str, dict[Unit, None]] = defaultdict(dict)
    seen: set[Unit] = set()
    for path in sorted(path for path in package.rglob("*") if path.suffix in (".py", TEMPLATES)):
        parts = path.relative_to(package).parts
        for unit in _messages(path):
            if unit not in seen:
                seen.add(unit)
                rooms[parts[0] if len(parts) > 1 else "ground"][unit] = None
    return {room: list(units) for room, units in rooms.items()}


def _messages(path: Path) -> Iterator[Unit]:
    with open(path, "rb") as file:
        if path.suffix == TEMPLATES:
            found = ((line, message) for line, _, message, _ in babel_extract(file, tuple(KEYWORDS), (), {}))
        else:
            found = ((line, message) for line, message, _, _ in extract("python", file, KEYWORDS))
        for _, message in found:
            text = message[0] if isinstance(message, tuple) else message
            if text:
                yield Unit(None, text)
    if path.suffix == ".py":
        yield from (Unit(None, text) for text in _helps(path.read_text(encoding="utf-8")))


def _helps(code: str) -> Iterator[str]:
    """The docstrings of functions that typer registers: `@app.command()`."""
    if "@app." not in code:
        return
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef) and any(
            ast.unparse(each).startswith("app.") for each in node.decorator_list
        ):
            yield ast.get_docstring(node) or ""
