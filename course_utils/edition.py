"""What a student edition says about itself, in `edition.json`: how far verdicts and hints go, and its language."""

from __future__ import annotations

import json
from pathlib import Path

from course_utils.filesystem import EDITION, REPOSITORY

WHERE, EQUATION, TERM = DETAILS = ("where", "equation", "term")  # what is named, from little to everything


def detail(root: Path = REPOSITORY) -> str:
    """One of DETAILS; everything where nothing else was wished, or the file cannot be read."""
    wished = _said(root, "verdicts")
    return wished if wished in DETAILS else TERM


def wished_language(root: Path = REPOSITORY) -> str:
    """The language that the instructor has set, "en" or "zh"; "" where none was, or the file cannot be read."""
    return _said(root, "language")


def _said(root: Path, name: str) -> str:
    try:
        return str(json.loads((root / EDITION).read_text(encoding="utf-8"))[name])
    except (OSError, ValueError, TypeError, KeyError):
        return ""
