"""What a student edition says about itself, in `edition.json`: how far verdicts and hints go there."""

from __future__ import annotations

import json
from pathlib import Path

from course_utils.filesystem import EDITION, REPOSITORY

WHERE, EQUATION, TERM = DETAILS = ("where", "equation", "term")  # what is named, from little to everything


def detail(root: Path = REPOSITORY) -> str:
    """One of DETAILS; everything where nothing else was wished, or the file cannot be read."""
    try:
        wished = json.loads((root / EDITION).read_text(encoding="utf-8"))["verdicts"]
    except (OSError, ValueError, TypeError, KeyError):
        return TERM
    return wished if wished in DETAILS else TERM
