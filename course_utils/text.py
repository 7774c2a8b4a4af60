"""One printable line for an error, or for text that a student's code produced."""

from __future__ import annotations

import re
from dataclasses import dataclass

ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
PLACE = re.compile(r" \([^()]*, line (\d+)\)$")  # which Python adds to a SyntaxError


@dataclass(frozen=True, repr=False)
class Opaque:
    """A value that another process did not send: its type, and of a container, text or tensor how large it is."""

    kind: str  # of a tensor: its dtype
    count: int | None = None
    shape: tuple[int, ...] | None = None

    def __repr__(self) -> str:
        return f"<{tidy(self.kind)}>"


def tidy(text: str, width: int = 200) -> str:
    """Text that a student's code produced, fit to be shown: printable, and no longer than `width` characters."""
    shown = "".join(character if character.isprintable() else " " for character in text[: 4 * width])
    return shown if len(shown) <= width else shown[: width - 1] + "…"


def one_line(error: BaseException) -> str:
    """The error as "Name: first line of its message", without colours."""
    return error_line(type(error).__name__, str(error))


def cell_error(name: str, message: str) -> str:
    """The error of a notebook's cell in one line; the place of a SyntaxError without the file's name."""
    return PLACE.sub(r", line \1", error_line(name, message))


def error_line(name: str, message: str) -> str:
    """ "Name: first line of the message", or the name alone when there is none; no terminal codes in it."""
    lines = [line.strip() for line in ANSI.sub("", message).splitlines() if line.strip()]
    return tidy(f"{name}: {lines[0]}" if lines else name, 400)
