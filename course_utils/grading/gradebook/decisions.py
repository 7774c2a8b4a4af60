"""What somebody has decided on a submission that has something elsewhere: files to adopt, or that nothing of it counts.

A decision is about the files as they were: when the student hands in again, it is void.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.gradebook.journal import append, lines_of
from course_utils.grading.gradebook.records import OLDER_RECORDS, journal_path, now


@dataclass(frozen=True)
class Decision:
    """adopted: names of files, as `gru.zip/gru.ipynb`; is_final: what else was found does not count."""

    submission: str = ""
    adopted: tuple[str, ...] = ()
    is_final: bool = False


def load_decision(course: CourseFolder, assignment: str, student: str, submission: str) -> Decision:
    """The decision on the submission with this digest; an empty one where there is none."""
    with contextlib.suppress(OSError, ValueError, TypeError):
        decision = Decision(**_kept(course, assignment, student))
        if decision.submission == submission:
            return Decision(submission, tuple(map(str, decision.adopted)), bool(decision.is_final))
    return Decision(submission)


def save_decision(course: CourseFolder, assignment: str, student: str, decision: Decision) -> None:
    """Keep the decision among the records of grading; `submitted/` is not touched."""
    path = journal_path(course.root, assignment)
    append(path, {"student": student, "date": now(), "decision": asdict(decision)})


def _kept(course: CourseFolder, assignment: str, student: str) -> Any:
    for line in reversed(lines_of(journal_path(course.root, assignment), student)):
        if "decision" in line:
            return line["decision"]
    older = course.autograded / OLDER_RECORDS / assignment / f"{student}.decision.json"
    return json.loads(older.read_text(encoding="utf-8"))
