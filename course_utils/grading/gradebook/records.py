"""Which submissions are graded: a small file for each, written when all of it is done.

nbgrader takes a submission for graded as soon as its folder in `autograded/` exists, even if a kill left the folder
half made. Here only a record counts. It is written in one step, at the end; until then the one before counts, as long
as the submission and what graded it are the same.
"""

from __future__ import annotations

import contextlib
import glob
import hashlib
import json
import os
import stat
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from course_utils.filesystem import REPOSITORY, write_atomically
from course_utils.grading.course.folder import CONFIG_NAME, CourseFolder
from course_utils.grading.course.submission import MAX_TOTAL, TooMuch, handed_in
from course_utils.quiz.build import bank_path

RECORDS = ".records"  # hidden, so that nbgrader's `autograded/*/ASSIGNMENT` does not take it for a student
DECIDES_ON_POINTS = ("checks", "equations", "grading", "quiz", "sandbox", "student_code")


@dataclass(frozen=True)
class Record:
    """How grading a submission ended, and of which bytes: the student's, and those that graded them."""

    graded: bool
    reason: str = ""
    submission: str = ""
    grader: str = ""
    seeds: dict[str, int] = field(default_factory=dict)  # notebook -> what its secret cases were drawn from
    due: str = ""  # when it had to be handed in, extension included
    answers: dict[str, dict[str, str]] = field(default_factory=dict)  # notebook -> graded cell -> hash of its answer
    outdated: bool = False  # being graded again, after something else than the submission changed
    found: str = ""  # what stands elsewhere than in its place, and makes cells wait for a person
    adopted: tuple[str, ...] = ()  # files that were taken for the notebook, or for a quiz's clicks


def current_record(course: CourseFolder, assignment: str, student: str) -> Record:
    """The record, or one that says why the submission does not count as graded."""
    record = load_record(course, assignment, student)
    if not (course.submitted / student / assignment).is_dir():
        return Record(False, f"nothing submitted: no submitted/{student}/{assignment}/")
    if record is None:
        return Record(False, "not graded yet, or grading was interrupted")
    if record.submission != submission_digest(course, assignment, student):
        return Record(False, "the submission changed after it was graded")
    if record.graded and record.outdated:
        return Record(False, "the assignment, the settings or the grader changed after it was graded; grade again")
    if record.graded and not (course.autograded / student / assignment).is_dir():
        return Record(False, "its folder in autograded/ is gone")
    return record


def load_record(course: CourseFolder, assignment: str, student: str) -> Record | None:
    """The record as written; None when there is none or it cannot be read."""
    with contextlib.suppress(OSError, ValueError, TypeError):
        return Record(**json.loads(_path(course, assignment, student).read_text(encoding="utf-8")))
    return None


def save_record(course: CourseFolder, assignment: str, student: str, record: Record) -> None:
    """Write the record: from now on it counts."""
    write_atomically(_path(course, assignment, student), json.dumps(asdict(record), ensure_ascii=False) + "\n")


def mark_outdated(course: CourseFolder, assignment: str, student: str, grader: str) -> None:
    """Say that the submission is graded again; until that is done it counts only if the grader is the same."""
    record = load_record(course, assignment, student)
    if record is not None and record.graded and record.grader != grader and not record.outdated:
        save_record(course, assignment, student, replace(record, outdated=True))


def note_seed(root: Path, assignment: str, student: str, notebook: str, seed: int) -> None:
    """Keep the seed of a notebook that nbgrader's own autograder runs: `course verdict` can then repeat it."""
    path = root / "autograded" / RECORDS / assignment / f"{student}.{notebook}.seed"
    write_atomically(path, f"{seed}\n")


def seeds_of(course: CourseFolder, assignment: str, student: str) -> dict[str, int]:
    """Notebook -> seed of its last grading, by us or by nbgrader's autograder; empty when there was none."""
    record = load_record(course, assignment, student)
    if record is not None and record.seeds:
        return record.seeds
    folder, seeds = course.autograded / RECORDS / assignment, {}
    for path in folder.glob(f"{glob.escape(student)}.*.seed"):
        with contextlib.suppress(OSError, ValueError):
            seeds[path.name[len(student) + 1 : -len(".seed")]] = int(path.read_text(encoding="utf-8"))
    return seeds


def submission_digest(course: CourseFolder, assignment: str, student: str) -> str:
    """A hash of all that the student handed in."""
    return _digest([course.submitted / student / assignment])


def grader_digest(course: CourseFolder, assignment: str) -> str:
    """A hash of all that decides on points: the assignment's source, a quiz's bank, the settings, and the grader."""
    sources = [course.source / assignment, bank_path(course.source, assignment), course.root / CONFIG_NAME]
    return _digest([*sources, *grader_places()])


def package_digest() -> str:
    """A hash of the package's own part of it: workers must have the same."""
    return _digest(grader_places())


def grader_places() -> list[Path]:
    """The files and folders of the package that decide on points.

    Raises FileNotFoundError for one that does not exist: without it, old grades would never expire.
    """
    places = [REPOSITORY / "course_utils" / name for name in DECIDES_ON_POINTS]
    for place in places:
        if not place.exists():
            raise FileNotFoundError(f"{place} is named in DECIDES_ON_POINTS, but does not exist")
    return places


def _path(course: CourseFolder, assignment: str, student: str) -> Path:
    return course.autograded / RECORDS / assignment / f"{student}.json"


def _digest(places: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for place in places:
        try:
            for name, status in handed_in(place) if place.is_dir() else [("", place.stat())]:
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
