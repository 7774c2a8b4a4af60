"""What somebody has decided on a submission that has something elsewhere: files to adopt, or that nothing of it counts.

A decision is about the files as they were: when the student hands in again, it is void.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from course_utils.filesystem import write_atomically
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.gradebook.records import RECORDS


@dataclass(frozen=True)
class Decision:
    """adopted: names of files, as `gru.zip/gru.ipynb`; is_final: what else was found does not count."""

    submission: str = ""
    adopted: tuple[str, ...] = ()
    is_final: bool = False


def load_decision(course: CourseFolder, assignment: str, student: str, submission: str) -> Decision:
    """The decision on the submission with this digest; an empty one where there is none."""
    with contextlib.suppress(OSError, ValueError, TypeError):
        decision = Decision(**json.loads(_path(course, assignment, student).read_text(encoding="utf-8")))
        if decision.submission == submission:
            return Decision(submission, tuple(map(str, decision.adopted)), bool(decision.is_final))
    return Decision(submission)


def save_decision(course: CourseFolder, assignment: str, student: str, decision: Decision) -> None:
    """Keep the decision beside the records of grading; `submitted/` is not touched."""
    write_atomically(_path(course, assignment, student), json.dumps(asdict(decision), ensure_ascii=False) + "\n")


def _path(course: CourseFolder, assignment: str, student: str) -> Path:
    return course.autograded / RECORDS / assignment / f"{student}.decision.json"
