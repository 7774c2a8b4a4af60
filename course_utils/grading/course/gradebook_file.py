"""nbgrader's gradebook, opened so that what is wrong with it is said in one line, with what to do."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Table, create_engine, inspect, literal, select, text
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
VERSION_TABLE = "alembic_version"
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
def connected(url: str) -> Iterator[Connection]:
    """A connection of its own to the database, with its errors as CourseErrors."""
    engine = create_engine(url)
    try:
        with faults_explained(url), engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


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


def has_gradebook(url: str) -> bool:
    """Whether the database has a gradebook; not where a kill has cut off its making, before anything was entered.

    Raises CourseError for a database of something else, and for a gradebook of another version of nbgrader.
    """
    with connected(url) as connection:
        names = set(inspect(connection).get_table_names())
        version = _version(connection, names)
        if version is None and _is_empty(connection, names):
            return False
    if "submitted_assignment" not in names:
        raise CourseError(
            say(
                "{place} is the database of something else: its tables are {tables}; move it to "
                "another place, or name another one with c.CourseDirectory.db_url in nbgrader_config.py",
                place=shown(url),
                tables=", ".join(sorted(names)[:3]),
            )
        )
    if version != _newest_version():
        raise CourseError(say(OLDER, gradebook=shown(url)))
    return True


def require_gradebook(url: str) -> None:
    """Make one without rows where there is none: all of it or, after a kill, nothing. nbgrader's way leaves parts.

    Raises CourseError as `has_gradebook` does.
    """
    if not has_gradebook(url):
        with connected(url) as connection, connection.begin():
            make_tables(connection)


def make_tables(connection: Connection) -> None:
    """The tables of a gradebook that the database lacks, and the version by which nbgrader knows them.

    They become part of the connection's transaction: a kill leaves all or none.
    """
    if connection.dialect.name == "sqlite":  # Python's sqlite3 begins none for tables
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    names = set(inspect(connection).get_table_names())
    for table in tables():
        table.create(connection, checkfirst=True)
    if _version(connection, names) is None:
        if VERSION_TABLE not in names:
            connection.execute(text(f"CREATE TABLE {VERSION_TABLE} (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text(f"INSERT INTO {VERSION_TABLE} VALUES (:version)"), {"version": _newest_version()})


def tables() -> list[Table]:
    """The tables of a gradebook, as nbgrader has them, each after those that it refers to."""
    from nbgrader.api import Base

    return list(Base.metadata.sorted_tables)


def _version(connection: Connection, names: set[str]) -> str | None:
    if VERSION_TABLE not in names:
        return None
    return cast("str | None", connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar())


def _is_empty(connection: Connection, names: set[str]) -> bool:
    """Whether there is no table but a gradebook's, and nothing in any."""
    known = {table.name: table for table in tables()}
    return names <= {*known, VERSION_TABLE} and not any(
        connection.execute(select(literal(1)).select_from(known[name]).limit(1)).first() for name in names & {*known}
    )


@cache
def _newest_version() -> str | None:
    from nbgrader import api

    return api.get_alembic_version()


def shown(url: str) -> str:
    """The database's name without a password."""
    parsed = make_url(url)
    return Path(parsed.database).name if parsed.drivername == "sqlite" and parsed.database else repr(parsed)
