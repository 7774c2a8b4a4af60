"""nbgrader's gradebook, opened so that what is wrong with it is said in one line, with what to do."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from course_utils.errors import CourseError
from course_utils.filesystem import REPOSITORY, command_line
from course_utils.text import one_line
from course_utils.translation import say, to_say

OLDER = to_say(
    "the gradebook {gradebook} is of another version of nbgrader: run `nbgrader db upgrade` in the course folder, "
    "which keeps a copy of it, and the same command again"
)
LOCKED = to_say(
    "the gradebook {gradebook} is locked: another program writes to it, such as a second `./course grade` or "
    "nbgrader's formgrader; wait for its end, or close it, and run the same command again"
)
DAMAGED = to_say(
    "the gradebook {gradebook} is not a gradebook, or damaged: `{restore}` lists the copies of it, and puts one in its "
    "place; where there are none, move it to another place, and put your own copy there"
)
CLOSED = to_say(
    "the gradebook {gradebook} cannot be opened for writing: look at who owns it and its folder, and run the same "
    "command again"
)
AWAY = to_say("the gradebook {gradebook} does not answer: start its server, and run the same command again")
REMEDIES = {  # words of a database's error -> what it means, and what to do
    ("locked",): LOCKED,
    ("not a database", "malformed", "encrypted"): DAMAGED,
    ("no such column", "no such table", "has no column", "does not exist"): OLDER,
    ("readonly", "read-only", "permission", "unable to open"): CLOSED,
    ("connection refused", "could not connect", "connection to server"): AWAY,
}


@contextlib.contextmanager
def open_gradebook(url: str, course_id: str) -> Iterator[Any]:
    """nbgrader's Gradebook; a new one is made where there is none.

    Raises CourseError for one that is locked, older, foreign or out of reach, also for what happens inside the `with`.
    """
    from nbgrader.api import Gradebook

    require_gradebook(url)
    with faults_explained(url):
        gradebook = Gradebook(url, course_id)
    with faults_explained(url), _without_its_log(), contextlib.closing(gradebook):
        yield gradebook


@contextlib.contextmanager
def _without_its_log() -> Iterator[None]:
    """nbgrader logs the traceback of what it then raises."""
    logger = logging.getLogger("tornado.application")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


@contextlib.contextmanager
def faults_explained(url: str) -> Iterator[None]:
    """Errors of the database as a CourseError in one line."""
    try:
        yield
    except SQLAlchemyError as error:
        reason = gradebook_fault(error, url)
        if not reason:
            raise
        raise CourseError(reason) from error


def gradebook_fault(error: BaseException | None, url: str) -> str:
    """What is wrong with the gradebook, and what to do; "" where the error is no database's."""
    error = database_error(error)
    if error is None:
        return ""
    says = str(error.orig or error).lower()
    for words, remedy in REMEDIES.items():
        if any(word in says for word in words):
            return say(remedy, gradebook=shown(url), restore=_how_to_restore(url))
    return say(
        "the gradebook {gradebook} cannot be used: {reason}", gradebook=shown(url), reason=one_line(error.orig or error)
    )


def _how_to_restore(url: str) -> str:
    """The command, for the course in whose folder a SQLite gradebook lies."""
    folder = Path(make_url(url).database or "").resolve().parent
    is_of_a_course = (folder / "nbgrader_config.py").is_file()
    return command_line("restore", folder if is_of_a_course else REPOSITORY)


def database_error(error: BaseException | None) -> DBAPIError | None:
    """The database's own error behind this one; nbgrader raises others in its place."""
    while error is not None and not isinstance(error, DBAPIError):
        error = error.__cause__ or error.__context__
    return error


def require_gradebook(url: str) -> None:
    """Raises CourseError for a database of something else, and for a gradebook of another version of nbgrader."""
    with faults_explained(url):
        engine = create_engine(url)
        try:
            with engine.connect() as connection:
                tables = set(inspect(connection).get_table_names())
                known = "alembic_version" in tables
                version = (
                    connection.execute(text("SELECT version_num FROM alembic_version")).scalar() if known else None
                )
        finally:
            engine.dispose()
    if not tables:
        return
    if "submitted_assignment" not in tables:
        raise CourseError(
            say(
                "{place} is the database of something else: its tables are {tables}; move it to "
                "another place, or name another one with c.CourseDirectory.db_url in nbgrader_config.py",
                place=shown(url),
                tables=", ".join(sorted(tables)[:3]),
            )
        )
    if version != _newest_version():
        raise CourseError(say(OLDER, gradebook=shown(url)))


@cache
def _newest_version() -> str | None:
    from nbgrader import api

    return api.get_alembic_version()


def shown(url: str) -> str:
    """The database's name without a password."""
    parsed = make_url(url)
    return Path(parsed.database).name if parsed.drivername == "sqlite" and parsed.database else repr(parsed)
