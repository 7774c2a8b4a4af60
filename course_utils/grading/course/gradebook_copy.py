"""A gradebook's rows copied to another database, whichever of nbgrader's two kinds each is: SQLite or PostgreSQL."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from pathlib import Path

from sqlalchemy import Connection, func, select, text
from sqlalchemy.engine import make_url

from course_utils.errors import CourseError
from course_utils.filesystem import command_line
from course_utils.grading.course.gradebook_file import (
    connected,
    faults_explained,
    has_gradebook,
    make_tables,
    shown,
    tables,
)
from course_utils.translation import say, to_say

ROWS_AT_A_TIME = 1000
BUSY = (5, 6)  # as SQLite says that another connection writes
GRADEBOOK, IS_GRADED = "gradebook.db", b'"graded": true'  # the file of a copy; words of a line in records/
PATIENCE = 20.0  # seconds until a copy gives up for that
GONE = to_say(
    "the gradebook {name} is gone, and this course was graded: `{restore}` lists the copies of it, and puts one back; "
    "to begin anew on purpose, without the points given by hand, move backups/ and records/ to another place"
)
EMPTY = to_say(
    "the gradebook {name} is empty, such as the formgrader makes one, and this course was graded: `{restore}` lists "
    "the copies of it, and puts one back; to begin anew on purpose, without the points given by hand, move backups/ "
    "and records/ to another place"
)


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite gradebook; None for one on a server."""
    parsed = make_url(url)
    return Path(parsed.database) if parsed.drivername.startswith("sqlite") and parsed.database else None


def sqlite_url(path: Path) -> str:
    """The address of a gradebook in this file."""
    return f"sqlite:///{path.as_posix()}"


def is_there(url: str) -> bool:
    """Whether there is a gradebook, with or without rows. Raises CourseError for one that cannot be used."""
    path = sqlite_file(url)
    if path is not None and not (path.is_file() and path.stat().st_size):
        return False
    return has_gradebook(url)


def require_not_lost(root: Path, url: str) -> None:
    """Raise CourseError where a course that was graded has no gradebook, or one in which there is nobody.

    A new one would have no points by hand.
    """
    is_here = is_there(url)
    if is_here and _has_students(url):
        return
    has_copies = any((root / "backups").glob(f"*/{GRADEBOOK}")) and not is_here
    if has_copies or any(IS_GRADED in path.read_bytes() for path in (root / "records").glob("[!.]*.jsonl")):
        message = EMPTY if is_here else GONE
        raise CourseError(say(message, name=shown(url), restore=command_line("restore", root)))


def copy_rows(url: str, target: str) -> dict[str, int]:
    """Replace all rows of `target` by those of `url`, in one transaction; table -> rows, as counted in the target.

    The original is only read. Tables that the target lacks are made. Raises CourseError for a database that cannot be
    used, or when the target has other numbers of rows than the original; it then stays as it was.
    """
    for each in (url, target):
        has_gradebook(each)  # no other database, and no other version
    with connected(url) as reading, connected(target) as writing, reading.begin(), writing.begin():
        make_tables(writing)
        for table in reversed(tables()):
            writing.execute(table.delete())
        for table in tables():
            for rows in reading.execute(table.select()).mappings().partitions(ROWS_AT_A_TIME):
                writing.execute(table.insert(), [dict(row) for row in rows])
        counted = _counts(writing)
        if counted != _counts(reading):
            raise CourseError(
                say("the copy in {place} is not complete, and was taken back; run it again", place=shown(target))
            )
        return counted


def counts(url: str) -> dict[str, int]:
    """Table -> rows, of a gradebook that is there."""
    with connected(url) as reading:
        return _counts(reading)


def copy_to_file(url: str, path: Path) -> None:
    """Copy a gradebook into a SQLite file that does not exist yet: of SQLite all pages, of others all rows.

    Other programs may write meanwhile: the copy is what it was at one moment.
    """
    original = sqlite_file(url)
    if original is None:
        copy_rows(url, sqlite_url(path))
        return
    with faults_explained(url):
        _copy_pages(original, path)


def copy_from_file(path: Path, url: str) -> None:
    """Replace a gradebook by what is in the SQLite file, in one transaction: a kill leaves the old or the new."""
    original = sqlite_file(url)
    if original is None:
        copy_rows(sqlite_url(path), url)
        return
    with faults_explained(url):
        _copy_pages(path, original)


def _copy_pages(source: Path, target: Path) -> None:
    started = time.monotonic()

    def give_up(status: int, remaining: int, total: int) -> None:  # Python's sqlite3 would try for ever
        if status in BUSY and time.monotonic() - started > PATIENCE:
            raise sqlite3.OperationalError(say("another program writes to it, such as nbgrader's formgrader"))

    try:
        with (
            contextlib.closing(sqlite3.connect(source, timeout=1)) as reading,
            contextlib.closing(sqlite3.connect(target, timeout=1)) as writing,
        ):
            reading.backup(writing, progress=give_up)
    except sqlite3.Error as error:
        raise CourseError(
            say(
                "{source} cannot be copied to {target}: {error}; wait for its end, or close it, and "
                "run the same command again",
                source=source,
                target=target,
                error=error,
            )
        ) from error


def _counts(connection: Connection) -> dict[str, int]:
    return {table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables()}


def _has_students(url: str) -> bool:
    with connected(url) as connection:
        return connection.execute(text("SELECT 1 FROM student LIMIT 1")).first() is not None
