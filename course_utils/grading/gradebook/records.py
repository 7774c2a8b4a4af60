"""Which submissions are graded, since when, by which versions and with which seeds: `records/ASSIGNMENT.jsonl`.

nbgrader takes a submission for graded as soon as its folder in `autograded/` exists, even if a kill left the folder
half made. Here only a record counts. It is one line, written at the end; until then the one before counts, as long
as the submission and what graded it are the same. The file keeps the earlier lines too.
"""

from __future__ import annotations

import contextlib
import glob
import json
import platform
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, timezone
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.course.submission import timestamp_problem
from course_utils.grading.gradebook.digests import submission_digest
from course_utils.grading.gradebook.journal import Line, append, lines_of, students_in
from course_utils.translation import say

OLDER_RECORDS = ".records"  # in autograded/: a file for each submission, as versions up to 0.2 wrote them
NBGRADER = "nbgrader autograde"


@dataclass(frozen=True)
class Record:
    """How grading a submission ended, and of which bytes: the student's, and those that graded them."""

    graded: bool
    reason: str = ""
    submission: str = ""
    grader: str = ""
    seeds: dict[str, int] = field(default_factory=dict)  # notebook -> what its secret cases were drawn from
    answers: dict[str, dict[str, str]] = field(default_factory=dict)  # notebook -> graded cell -> hash of its answer
    outdated: bool = False  # being graded again, after something else than the submission changed
    found: str = ""  # what stands elsewhere than in its place, and makes cells wait for a person
    adopted: tuple[str, ...] = ()  # files that were taken for the notebook, or for a quiz's clicks
    date: str = ""  # when it was judged, in UTC
    versions: dict[str, str] = field(default_factory=dict)  # of what judged it: course_utils, torch, python, nbgrader
    points: dict[str, dict[str, float]] = field(default_factory=dict)  # notebook -> graded cell -> the judge's points

    @property
    def earlier(self) -> bool:
        """Whether it is not graded, but a version before was, whose seeds it has: points and pages are of that one."""
        return not self.graded and bool(self.seeds)

    @property
    def counts(self) -> bool:
        """Whether the gradebook's points are of this submission, or of the last version that could be graded."""
        return self.graded or self.earlier


@dataclass(frozen=True)
class Grading:
    """The last time that a submission was judged, by us or by nbgrader's autograder."""

    by: str
    seeds: dict[str, int]
    date: str = ""
    versions: dict[str, str] = field(default_factory=dict)


def current_record(course: CourseFolder, assignment: str, student: str) -> Record:
    """The record, or one that says why the submission does not count as graded."""
    record = load_record(course, assignment, student)
    if not (course.submitted / student / assignment).is_dir():
        return Record(
            False,
            say("nothing submitted: no submitted/{student}/{assignment}/", student=student, assignment=assignment),
        )
    if record is None:
        return Record(False, say("no run of ./course grade has come to its end"))
    if record.submission != submission_digest(course, assignment, student):
        return Record(False, say("the submission changed after it was graded"))
    if record.graded and record.outdated:
        return Record(False, say("the assignment, the settings or the grader changed after it was graded; grade again"))
    if record.graded and (problem := timestamp_problem(course.submitted / student / assignment)):
        record = replace(record, graded=False, reason=problem)
    if record.counts and not (course.autograded / student / assignment).is_dir():
        return Record(False, say("its folder in autograded/ is gone"))
    return record


def load_record(course: CourseFolder, assignment: str, student: str) -> Record | None:
    """The record as written; None when there is none or it cannot be read."""
    for line in reversed(lines_of(journal_path(course.root, assignment), student)):
        if "record" in line:
            return _record(line["record"])
    return _older_record(course, assignment, student)


def save_record(course: CourseFolder, assignment: str, student: str, record: Record) -> None:
    """Write the record: from now on it counts."""
    append(journal_path(course.root, assignment), {"student": student, "record": asdict(record)})


def mark_outdated(course: CourseFolder, assignment: str, student: str, grader: str) -> None:
    """Say that the submission is graded again; until that is done it counts only if the grader is the same."""
    record = load_record(course, assignment, student)
    if record is not None and record.graded and record.grader != grader and not record.outdated:
        save_record(course, assignment, student, replace(record, outdated=True))


def note_seed(root: Path, assignment: str, student: str, notebook: str, seed: int) -> None:
    """Keep the seed of a notebook that nbgrader's own autograder runs: `course verdict` can then repeat it."""
    judged = {"by": NBGRADER, "seeds": {notebook: seed}, "date": now(), "versions": versions()}
    append(journal_path(root, assignment), {"student": student, "judged": judged})


def last_grading(course: CourseFolder, assignment: str, student: str) -> Grading | None:
    """Who judged the submission last, when and with which seeds; None when nobody did."""
    record = load_record(course, assignment, student)
    ours = Grading("./course grade", record.seeds, record.date, record.versions) if record and record.seeds else None
    last = ours
    for line in lines_of(journal_path(course.root, assignment), student):
        if "judged" in line and not line["judged"]:  # taken back, with what else a restored copy does not have
            last = ours
        elif "judged" in line and (ours is None or line["judged"]["date"] > ours.date):
            last = Grading(**{**line["judged"], "seeds": {**(last.seeds if last else {}), **line["judged"]["seeds"]}})
    return last or _older_grading(course, assignment, student)


def journal_path(root: Path, assignment: str) -> Path:
    """The file with the records of an assignment."""
    return root / "records" / f"{assignment}.jsonl"


def restated(then: Path, current: Path) -> Iterator[Line]:
    """Lines which, added to the journal `current`, make it say of everybody what the journal `then` says."""
    for student in dict.fromkeys([*students_in(then), *students_in(current)]):
        lines = lines_of(then, student)
        for kind in ("record", "decision", "judged"):
            said = [line for line in lines if kind in line]
            yield said[-1] if said else {"student": student, kind: None}


def now() -> str:
    """The time, as records have it: 2026-12-01T08:15:00Z."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


@cache
def versions() -> dict[str, str]:
    """The versions of what judges in this process."""
    named = {"course_utils": "course-utils", "torch": "torch", "nbgrader": "nbgrader"}
    return {name: metadata.version(package) for name, package in named.items()} | {"python": platform.python_version()}


def _record(data: Any) -> Record | None:
    known = {each.name for each in fields(Record)}
    with contextlib.suppress(TypeError, AttributeError):
        record = Record(**{name: value for name, value in data.items() if name in known})
        return replace(record, adopted=tuple(map(str, record.adopted)))
    return None


def _older_record(course: CourseFolder, assignment: str, student: str) -> Record | None:
    path = course.autograded / OLDER_RECORDS / assignment / f"{student}.json"
    with contextlib.suppress(OSError, ValueError, AttributeError):
        return _record(json.loads(path.read_text(encoding="utf-8")))
    return None


def _older_grading(course: CourseFolder, assignment: str, student: str) -> Grading | None:
    folder, seeds = course.autograded / OLDER_RECORDS / assignment, {}
    for path in folder.glob(f"{glob.escape(student)}.*.seed"):
        with contextlib.suppress(OSError, ValueError):
            seeds[path.name[len(student) + 1 : -len(".seed")]] = int(path.read_text(encoding="utf-8"))
    return Grading(NBGRADER, seeds) if seeds else None
