"""Relative links in notebooks, for the places to which the notebooks are copied."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable
from typing import Any

LINK = re.compile(r"(\]\()(?![a-z]+:|[#/])([^()\s#]+)")  # of Markdown, to a file: [chapter 0](00_rnn.ipynb)
Places = Callable[[str], str]  # where a file is to be found, for where it is now; both from the course's root on


def in_work(path: str) -> str:
    """Where a student's copy of the edition's file lies; what is not copied stays where it is."""
    for folder, copies in (("notebooks/", "work/chapters/"), ("release/", "work/")):
        if path.startswith(folder):
            return copies + path.removeprefix(folder)
    return path


def moved(raw: bytes, old: str, place_of: Places = in_work) -> bytes:
    """The notebook of `old`, with links that are right at its new place; what is no notebook stays as it is."""
    try:
        notebook = json.loads(raw)
        is_changed = redirect(notebook, old, place_of)
    except (ValueError, KeyError, TypeError, AttributeError):
        return raw
    if not is_changed:
        return raw
    return (json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def redirect(notebook: dict[str, Any], old: str, place_of: Places) -> bool:
    """Let the links of a notebook lead from its new place to that of each target; whether one has changed.

    Cells that nbgrader knows stay as they are: they are compared with the instructor's.
    """
    is_changed = False
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown" and "nbgrader" not in cell["metadata"]:
            text = "".join(cell["source"])
            new = _redirected(text, old, place_of)
            if new != text:
                is_changed = True
                cell["source"] = new if isinstance(cell["source"], str) else new.splitlines(keepends=True)
    return is_changed


def _redirected(text: str, old: str, place_of: Places) -> str:
    folder, new_folder = posixpath.dirname(old), posixpath.dirname(place_of(old))

    def link(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(folder, found[2]))
        if target.startswith(".."):  # not in the course
            return found[0]
        return found[1] + posixpath.relpath(place_of(target), new_folder)

    return LINK.sub(link, text)
