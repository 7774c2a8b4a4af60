"""What the gradebook says of a notebook, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Scores:
    """For a feedback page. cells: name -> score, points, comment; score: all points less the penalty for lateness."""

    cells: dict[str, dict[str, Any]]
    score: float
    max_score: float
    late_penalty: float
