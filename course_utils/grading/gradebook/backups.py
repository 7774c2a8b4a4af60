"""Copies of the gradebook and of the records of grading: made before every command that writes, kept, and restored."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path

from course_utils.errors import CourseError, UsageError
from course_utils.filesystem import folder_names, remove_folder
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.course.gradebook_copy import GRADEBOOK, copy_from_file, copy_to_file, is_there, sqlite_file
from course_utils.grading.gradebook.journal import append
from course_utils.grading.gradebook.records import restated
from course_utils.translation import say

KEPT = 10
RECORDS = "records"
NAME = re.compile(r"\d{4}-\d\d-\d\dT\d\d\d\d\d\dZ(-\d+)?( .*)?")


@dataclass(frozen=True)
class Backup:
    """A folder of `backups/`. `before`: the command that was about to write."""

    path: Path

    @property
    def name(self) -> str:
        """By which it is restored: 2026-12-01T081500Z."""
        return self.path.name.partition(" ")[0]

    @property
    def before(self) -> str:
        """The command before which it was made."""
        return self.path.name.partition(" ")[2]


def backups(course: CourseFolder) -> list[Backup]:
    """The copies of a course, newest first."""
    folder = course.root / "backups"
    return [Backup(folder / name) for name in reversed(folder_names(folder, ".")) if NAME.fullmatch(name)]


def keep_copy(course: CourseFolder, before: str, spare: str = "") -> Backup | None:
    """Copy gradebook and records, and keep the newest ten copies; None where there is no gradebook yet.

    What is as it was in the newest copy is not copied again. spare: the name of one that is not removed for its age.
    Raises CourseError when it cannot be copied.
    """
    url = course.nbgrader().db_url
    if not is_there(url):
        return None
    folder = course.root / "backups"
    part = folder / ".part"
    try:
        remove_folder(part)  # of a run that was killed
        part.mkdir(parents=True)
        copy_to_file(url, part / GRADEBOOK)
        if (course.root / RECORDS).is_dir():
            shutil.copytree(course.root / RECORDS, part / RECORDS, ignore=shutil.ignore_patterns(".*"))
        newest = next(iter(backups(course)), None)
        if newest and _content(newest.path) == _content(part):
            remove_folder(part)
            return newest
        made = _unused(folder, before)
        os.replace(part, made)
        for old in backups(course)[KEPT:]:
            if old.name != spare:
                remove_folder(old.path)
    except OSError as error:
        raise CourseError(
            say("no copy of the gradebook could be made in {folder}: {reason}", folder=folder, reason=error.strerror)
        ) from error
    return Backup(made)


def restore(course: CourseFolder, name: str) -> Backup | None:
    """Put a copy in the place of gradebook and records; what was there is copied first, and is returned.

    A kill leaves the present or the restored gradebook; run again, it ends the same way. Raises UsageError for an
    unknown copy.
    """
    chosen = next((each for each in backups(course) if each.name == name), None)
    if chosen is None:
        known = ", ".join(each.name for each in backups(course)) or say("none")
        raise UsageError(say("no copy is named {name}; there are: {known}", name=repr(name), known=known))
    url = course.nbgrader().db_url
    _set_aside_if_damaged(url)
    undo = keep_copy(course, f"restore {name}", spare=name)
    _restate_records(course, chosen.path / RECORDS)
    copy_from_file(chosen.path / GRADEBOOK, url)
    return undo


def _set_aside_if_damaged(url: str) -> None:
    """Rename a file that is no SQLite database any more, so that a copy can take its place."""
    path = sqlite_file(url)
    if path is None or not path.is_file():
        return
    try:
        with closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA quick_check").fetchall()
    except sqlite3.OperationalError:  # locked, or not to be opened: that is said later
        return
    except sqlite3.DatabaseError:
        path.replace(path.with_name(f"{path.name}.damaged-{_stamp()}"))


def _restate_records(course: CourseFolder, then: Path) -> None:
    """Let the records say what those in the folder say. Nothing is taken out: they go on from there."""
    current = course.root / RECORDS
    for name in sorted({path.name for folder in (then, current) for path in folder.glob("[!.]*.jsonl")}):
        lines = list(restated(then / name, current / name))
        append(current / name, *lines)


def _unused(folder: Path, before: str) -> Path:
    """A name for a copy made now; names sort by time, and within a second by number."""
    stamp = _stamp()
    words = re.sub(r"[^\w .-]+", "_", before)[:60].strip()
    of_this_second = [each for each in folder_names(folder, ".") if each.startswith(stamp)]
    if of_this_second:
        last = max(int(each.partition(" ")[0].removeprefix(stamp).removeprefix("-") or 0) for each in of_this_second)
        stamp = f"{stamp}-{last + 1:03}"
    return folder / f"{stamp} {words}".rstrip()


def _stamp() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H%M%SZ")


def _content(folder: Path) -> str:
    """A hash of what the tables and the records say."""
    digest = sha256()
    with closing(sqlite3.connect(folder / GRADEBOOK)) as database:
        for line in sorted(database.iterdump()):
            digest.update(line.encode("utf-8", "replace"))
    for path in sorted((folder / RECORDS).glob("*.jsonl")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
