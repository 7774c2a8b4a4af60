"""`course move-gradebook`: all that is in the gradebook into another database, from SQLite to PostgreSQL or back."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from course_utils.errors import CourseError, UsageError
from course_utils.grading.course.folder import CONFIG_NAME, CourseFolder
from course_utils.grading.course.gradebook_copy import copy_rows, counts, is_there
from course_utils.grading.course.gradebook_file import shown
from course_utils.grading.course.lock import writing
from course_utils.translation import say, to_say

DEFAULT = "gradebook.db"
COPIED = to_say(
    "copied {rows} rows of {tables} tables, and counted them: {students} students, {submissions} submissions, "
    "{scores} scores"
)
NO_ADDRESS = to_say(
    "{target} is not the address of a database: expected postgresql+psycopg2://USER@HOST/DATABASE, or "
    "sqlite:///{default} for a file in the course folder"
)
IN_USE = to_say(
    "{place} has {students} students and {submissions} submissions already; name an empty database, or move that one "
    "to another place"
)


def run_move_gradebook(course: CourseFolder, target: str) -> None:
    """Copy the gradebook to the database at this address, and say which line makes the course use it.

    The old one stays as it is. Raises: UsageError for no address; CourseError when there is nothing to move, the target
    is in use, or one of the two cannot be used.
    """
    url = course.nbgrader().db_url
    address = _address(course, target)
    if _rendered(address) == _rendered(_address(course, url)):
        raise UsageError(say("the course's gradebook is at {place} already", place=shown(url)))
    if not is_there(url):
        raise CourseError(say("there is no gradebook at {place} yet: nothing to move", place=shown(url)))
    with writing(course, "./course move-gradebook"):
        _require_empty(_rendered(address))
        moved = copy_rows(url, _rendered(address))
    numbers = {"students": moved["student"], "submissions": moved["submitted_assignment"], "scores": moved["grade"]}
    print(say(COPIED, rows=sum(moved.values()), tables=len(moved), **numbers))
    print(say("{place} is as it was. To use the new one, {step}", place=shown(url), step=_line(course, address)))


def _address(course: CourseFolder, target: str) -> URL:
    """The address; a relative file of SQLite is one in the course folder."""
    try:
        address = make_url(target)
    except ArgumentError:
        raise UsageError(say(NO_ADDRESS, target=repr(target), default=DEFAULT)) from None
    if address.drivername.startswith("sqlite") and address.database:
        address = address.set(database=(course.root / address.database).as_posix())
    return address


def _rendered(address: URL) -> str:
    return address.render_as_string(hide_password=False)


def _require_empty(url: str) -> None:
    if is_there(url):
        found = counts(url)
        if found["student"] or found["submitted_assignment"]:
            numbers = {"students": found["student"], "submissions": found["submitted_assignment"]}
            raise CourseError(say(IN_USE, place=shown(url), **numbers))


def _line(course: CourseFolder, address: URL) -> str:
    """What to change in the settings. A password does not belong there."""
    if address.database == (course.root / DEFAULT).as_posix() and address.drivername == "sqlite":
        return say("take the line with c.CourseDirectory.db_url out of {file}", file=course.root / CONFIG_NAME)
    without = URL.create(address.drivername, address.username, None, address.host, address.port, address.database,
                         address.query)  # fmt: skip
    parts = {"file": Path(course.root) / CONFIG_NAME, "line": f'c.CourseDirectory.db_url = "{_rendered(without)}"'}
    if address.password:
        return say("put this line into {file}; the password belongs in ~/.pgpass:\n{line}", **parts)
    return say("put this line into {file}:\n{line}", **parts)
