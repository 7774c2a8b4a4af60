"""What a notebook that lies on the disk says: which cells were run, what its checks said, which questions are answered.

Nothing is run, and nothing raises for what a student's notebook may hold: what cannot be read counts as not there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_utils.frontend import VERDICT
from course_utils.quiz.answers import FILE_NAME, BrokenClicks, choice_number, parse_clicks
from course_utils.quiz.clicks import read_clicks
from course_utils.text import tidy

QUESTION = re.compile(r"""check\(\s*["']quiz\.(q[1-9]\d*)["']""")

Cell = Mapping[str, Any]


@dataclass(frozen=True)
class Score:
    """points, max_points: of the checks; a bonus counts on top. answered: of the questions, those with an answer.

    is_begun: whether a cell is not as it was handed out, or was run.
    """

    points: float = 0.0
    max_points: float = 0.0
    bonus: float = 0.0
    answered: int = 0
    questions: int = 0
    is_begun: bool = False


def parse_cells(content: bytes) -> list[Cell] | None:
    """The cells of a notebook's file; None when it cannot be read as one."""
    try:
        return [cell for cell in json.loads(content)["cells"] if isinstance(cell, dict)]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def read_cells(path: Path) -> list[Cell]:
    """The cells of a notebook; [] when there is none, or it cannot be read."""
    try:
        return parse_cells(path.read_bytes()) or []
    except OSError:
        return []


def heading(cells: list[Cell], default: str) -> str:
    """The first heading, without its mark."""
    for cell in cells:
        found = re.match(r"#\s+(.+)", source(cell))
        if found:
            return tidy(found[1].strip())
    return default


def source(cell: Cell) -> str:
    """The cell's text."""
    text = cell.get("source", "")
    return "".join(map(str, text)) if isinstance(text, list) else str(text)


def code_cells(cells: list[Cell]) -> tuple[int, int]:
    """How many cells have code, and how many of them were run."""
    code = [cell for cell in cells if cell.get("cell_type") == "code"]
    return len(code), sum(bool(cell.get("execution_count")) for cell in code)


def score(mine: list[Cell], given: list[Cell], handed_out: list[Cell], clicked: set[str]) -> Score:
    """What stands in a student's notebook `mine`, of the assignment that is `given` out today.

    handed_out: what the student's copy was made of. clicked: the questions of a quiz that were answered by a click.
    """
    own, before = _by_name(mine), _by_name(handed_out)
    points = most = bonus = 0.0
    answers = []
    for name, cell in _by_name(given).items():
        marks = _marks(cell)
        found = own.get(name, {})
        if not marks.get("grade"):
            continue
        if asked := QUESTION.search(source(cell)):
            answers.append(asked[1] in clicked or _share(found) == 1)
        elif marks.get("solution"):
            answers.append(bool(source(found).strip()) and _differs(found, before.get(name, cell)))
        elif "bonus" in name.lower():
            bonus += float(marks.get("points", 0)) * _share(found)
        else:
            most += float(marks.get("points", 0))
            points += float(marks.get("points", 0)) * _share(found)
    is_begun = bool(clicked) or code_cells(mine)[1] > 0
    is_begun = is_begun or any(_differs(cell, before[name]) for name, cell in own.items() if name in before)
    return Score(round(points, 2), most, round(bonus, 2), sum(answers), len(answers), is_begun)


def clicked_questions(folder: Path) -> set[str]:
    """The questions of a quiz, "q1", with a click that is saved beside the notebook."""
    try:
        clicks = parse_clicks(read_clicks(folder / FILE_NAME) or b"{}")
    except (OSError, BrokenClicks):
        return set()
    return {name for name, choice in clicks.items() if choice_number(choice) is not None}


def _share(cell: Cell) -> float:
    """Which part of its points a check's cell earned when it last ran: of all verdicts below it; 0 without any."""
    outputs = cell.get("outputs")
    shown = outputs if isinstance(outputs, list) else []
    metadata = [output.get("metadata") for output in shown if isinstance(output, dict)]
    verdicts = [data[VERDICT] for data in metadata if isinstance(data, dict) and isinstance(data.get(VERDICT), dict)]
    try:
        if verdicts and all(verdict["passed"] for verdict in verdicts):
            return 1.0
        most = sum(float(verdict["max_points"]) for verdict in verdicts)
        earned = sum(float(verdict["points"]) for verdict in verdicts)
        return min(1.0, max(0.0, earned / most)) if most else 0.0
    except (KeyError, TypeError, ValueError):
        return 0.0


def _differs(cell: Cell, before: Cell) -> bool:
    return source(cell).strip() != source(before).strip()


def _by_name(cells: list[Cell]) -> dict[str, Cell]:
    """nbgrader's name of a cell -> the cell; of two with one name the last."""
    named = ((_marks(cell).get("grade_id"), cell) for cell in cells)
    return {name: cell for name, cell in named if isinstance(name, str)}


def _marks(cell: Cell) -> Cell:
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return marks if isinstance(marks, dict) else {}
