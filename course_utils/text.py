"""One printable line: of what a student's code produced, of an error."""

from __future__ import annotations

import re

ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def tidy(text: str, width: int = 200) -> str:
    """What a student's code produced, fit to be shown: no control characters, and not longer than `width`."""
    shown = "".join(character if character.isprintable() else " " for character in text[: 4 * width])
    return shown if len(shown) <= width else shown[: width - 1] + "…"


def one_line(error: BaseException) -> str:
    """The error as "Name: first line of its message", without colours."""
    return error_line(type(error).__name__, str(error))


def error_line(name: str, message: str) -> str:
    """ "Name: first line", or the name alone when there is no message; no orders to a terminal in it."""
    lines = [line.strip() for line in ANSI.sub("", message).splitlines() if line.strip()]
    return tidy(f"{name}: {lines[0]}" if lines else name, 400)
