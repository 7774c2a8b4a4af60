"""What a grade was made from, as hashes: the submission, and all that decides on its points.

A submission is judged again only when one of the two is another. A remark in the settings, a sentence of the
assignment's text, a late rule or a due date is in neither: for penalties nothing has to be judged.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from course_utils.filesystem import REPOSITORY
from course_utils.grading.course.assignment_spec import CellSpec
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.course.submission import MAX_TOTAL, TIMESTAMP, TooMuch, handed_in
from course_utils.grading.messages import GradingSettings
from course_utils.quiz.bank import load_bank
from course_utils.translation import say, to_say

# The files and rooms of the package that decide on points; with another version of one, everybody is judged again.
DECIDES_ON_POINTS = (
    *("checks", "equations", "quiz", "sandbox", "student_code", "errors.py", "text.py"),
    *("grading/judging", "grading/messages.py", "grading/class_run/adoption.py", "grading/class_run/worker.py"),
    *("grading/course/assignment_spec.py", "grading/course/notebook_file.py", "grading/course/submission.py"),
    *("grading/course/times.py", "grading/gradebook/ledger.py"),
)
SAME_ON_WORKERS = ("checks", "equations", "grading", "quiz", "sandbox", "student_code")
ONLY_SHOWN = ("text", "choices", "explanation", "topic", "block")  # of a quiz's question: no point depends on them


def submission_digest(course: CourseFolder, assignment: str, student: str) -> str:
    """A hash of all that the student handed in, but not of when."""
    return _digest([course.submitted / student / assignment], left_out={TIMESTAMP})


def grader_digest(settings: GradingSettings) -> str:
    """All that decides on points, as `name=hash` for each kind of it, so that one can say what changed."""
    cells = {name: [_deciding(cell) for cell in spec.cells] for name, spec in settings.specs.items()}
    questions = [asdict(question) for question in load_bank(settings.bank).asked] if settings.bank else []
    parts = {
        to_say("graded cells"): cells,
        to_say("quiz keys"): [{name: each[name] for name in each if name not in ONLY_SHOWN} for each in questions],
        to_say("files in source"): {
            name: hashlib.sha256(content).hexdigest() for name, content in settings.files.items()
        },
        to_say("limits"): [asdict(settings.limits), settings.config.get("IgnorePattern", {})],
        "course_utils": _digest(grader_places()),
    }
    return "; ".join(f"{name}={_hash_of(part)}" for name, part in parts.items())


def what_changed(before: str, now: str) -> str:
    """The kinds of things in which two graders differ: "graded cells, quiz keys"; "" where they are the same."""
    parts, earlier = now.split("; "), before.split("; ")
    if len(parts) != len(earlier):
        return "" if before == now else "course_utils"  # its version before knew no kinds
    changed = (part.partition("=")[0] for part, was in zip(parts, earlier, strict=True) if part != was)
    return say(", ").join(map(say, changed))


def _hash_of(part: Any) -> str:
    return hashlib.sha256(json.dumps(part, sort_keys=True, default=repr).encode()).hexdigest()[:32]


def _deciding(cell: CellSpec) -> list[Any]:
    """What of a cell points depend on: of a text cell that is not answered in, not its text."""
    source = cell.source if cell.cell_type == "code" or cell.solution or cell.grade else ""
    return [cell.name, cell.cell_type, cell.locked, cell.grade, cell.solution, cell.task, cell.points, source]


def package_digest() -> str:
    """A hash of the package's own part of it: workers must have the same."""
    return _digest([REPOSITORY / "course_utils" / name for name in SAME_ON_WORKERS])


def grader_places() -> list[Path]:
    """The files and folders of the package that decide on points.

    Raises FileNotFoundError for one that does not exist: without it, old grades would never expire.
    """
    places = [REPOSITORY / "course_utils" / name for name in DECIDES_ON_POINTS]
    for place in places:
        if not place.exists():
            raise FileNotFoundError(f"{place} is named in DECIDES_ON_POINTS, but does not exist")
    return places


def _digest(places: Iterable[Path], left_out: Iterable[str] = ()) -> str:
    digest = hashlib.sha256()
    for place in places:
        try:
            for name, status in handed_in(place) if place.is_dir() else [("", place.stat())]:
                if name not in left_out:
                    _add(digest, place / name if name else place, name, status)
        except (TooMuch, FileNotFoundError):  # what is wrong with it is said when it is graded
            digest.update(b"too much, or gone")
    return digest.hexdigest()


def _add(digest: Any, path: Path, name: str, status: os.stat_result) -> None:
    """A file's name, size and content; of what is never graded, being too large, the time of its last change."""
    if stat.S_ISLNK(status.st_mode):  # what it leads to is not handed in
        digest.update(os.fsencode(f"{name}\0link\0"))
    elif stat.S_ISREG(status.st_mode):
        digest.update(os.fsencode(f"{name}\0{status.st_size}\0"))
        if status.st_size > MAX_TOTAL:
            digest.update(str(status.st_mtime_ns).encode())
            return
        with contextlib.suppress(OSError):  # what cannot be read is said when it is graded
            digest.update(path.read_bytes())
