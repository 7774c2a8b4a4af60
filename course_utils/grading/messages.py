"""What the class run sends to workers, and what they send back, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from traitlets.config import Config

from course_utils.grading.course.assignment_spec import NotebookSpec
from course_utils.sandbox.protocol.limits import Limits


@dataclass(frozen=True)
class GradebookScores:
    """The scores of a feedback page. cells: name -> score, points, comment; score: all points less the late penalty."""

    cells: dict[str, dict[str, Any]]
    score: float
    max_score: float
    late_penalty: float


ScoresByStudent = dict[str, dict[str, GradebookScores]]  # student -> notebook -> scores


@dataclass(frozen=True)
class GradingSettings:
    """All that is the same for a class: the assignment, its other files, its quiz, the limits, nbgrader's settings."""

    specs: dict[str, NotebookSpec]
    files: dict[str, bytes]
    bank: str
    limits: Limits
    sandbox: str
    config: Config


@dataclass(frozen=True)
class Submission:
    """One submission. seeds: notebook -> seed, to repeat a verdict; a new one is drawn where there is none."""

    student: str
    notebooks: dict[str, bytes]
    files: dict[str, bytes]
    seeds: dict[str, int] = field(default_factory=dict)
    adopted: tuple[str, ...] = ()  # the names of files that were taken for a notebook, or for a quiz's clicks
    is_decided: bool = False  # what stands elsewhere does not count: somebody has looked


@dataclass(frozen=True)
class CellResult:
    """The judgement on a graded cell: its points, and the reasons as text."""

    points: float
    max_points: float
    text: str


@dataclass
class GradedSubmission:
    """A submission after its judgement: the executed notebooks, or the reason why there are none."""

    student: str
    reason: str = ""
    notebooks: dict[str, str] = field(default_factory=dict)  # name -> JSON
    seeds: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    cells: dict[str, dict[str, CellResult]] = field(default_factory=dict)  # notebook -> cell -> its result
    found: dict[str, dict[str, str]] = field(default_factory=dict)  # notebook -> cell -> what stands elsewhere
    adopted: tuple[str, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)  # of what judged it
