"""Which answers are the ones that a person has graded: hand-graded work stays so while they do not change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any


def answer_digests(cells: Iterable[Any], submission: str) -> dict[str, str]:
    """Graded cell -> hash of what earns its points: the answer in it, or for a check all that was handed in.

    submission: the hash of all that was handed in.
    """
    digests = {}
    for cell in cells:
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("grade") or marks.get("task"):
            own = marks.get("solution") or marks.get("task")
            digests[str(marks.get("grade_id"))] = _digest(cell) if own else submission
    return digests


def unchanged(before: dict[str, str], now: dict[str, str]) -> set[str]:
    """The cells whose answer is the one of before; none of those of which nothing is known."""
    return {name for name, digest in now.items() if digest and before.get(name) == digest}


def _digest(cell: Any) -> str:
    answer = json.dumps([cell.source, cell.get("attachments", {})], sort_keys=True)
    return hashlib.sha256(answer.encode("utf-8", "replace")).hexdigest()
