"""Moodle's grading worksheet of one assignment: whose number is whose, when each handed in, and where grades go.

Moodle imports it by its columns "Identifier", "Grade" and "Last modified (grade)", the last of which must be as it was
downloaded; source: the public code of Moodle, `mod/assign/feedback/offline/importgradeslib.php`.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from course_utils.errors import UsageError
from course_utils.filesystem import write_atomically
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.platforms.roster import BOM, FULL_NAMES, Person, Roster, identities_of
from course_utils.grading.platforms.tables import Table, as_csv, read_table
from course_utils.translation import say

PARTICIPANT = re.compile(r"\D+(\d+)")
TIME = re.compile(r"(?P<day>\d{1,2}) (?P<month>[A-Za-z]+) (?P<year>\d{4}),? (?P<clock>\d{1,2}:\d\d)\s*(?P<half>[AP]M)?")


@dataclass(frozen=True)
class Worksheet:
    """The worksheet. columns of the table are as Moodle wrote them, in its language."""

    table: Table
    identifier: str
    grade: str

    @cached_property
    def rows(self) -> dict[str, dict[str, str]]:
        """Participant's number -> row."""
        matches = ((PARTICIPANT.fullmatch(row[self.identifier]), row) for row in self.table.rows)
        return {match[1]: row for match, row in matches if match}

    def people(self, roster: Roster, number: str) -> list[Person]:
        """Who of the roster the participant of this number can be: by what does not change, or else by the name."""
        row = self.rows.get(number)
        if row is None:
            return []
        name = self.table.column(*FULL_NAMES)
        return roster.matching(identities_of(row)) or (roster.named(row[name]) if name else [])

    def handed_in_at(self, number: str) -> str:
        """When, as "2026-12-01 20:15" in the zone of whoever downloaded it; "" where it is not said or not known."""
        column, row = self.table.column("last modified (submission)"), self.rows.get(number, {})
        return local_time(row.get(column, "")) if column else ""

    @property
    def maximum(self) -> float | None:
        """What Moodle takes for the maximum; None where the worksheet does not say it."""
        column = self.table.column("maximum grade")
        values = {row[column].replace(",", ".") for row in self.table.rows if row[column]} if column else set()
        try:
            return float(values.pop()) if len(values) == 1 else None
        except ValueError:
            return None


def read_worksheet(path: Path, grade_column: str | None = None) -> Worksheet:
    """grade_column: where Moodle takes the grade from; by default "Grade", as it is called in English.

    Raises UsageError for a table that is no grading worksheet.
    """
    table = read_table(path)
    numbered = [
        column
        for column in table.columns
        if table.rows and all(PARTICIPANT.fullmatch(row[column]) for row in table.rows)
    ]
    grade = table.column(grade_column or "grade")
    if not numbered or grade is None:
        raise UsageError(
            say(
                "{file} is not a grading worksheet of Moodle: expected a column such as Identifier, "
                "with cells such as “Participant 90101”, and one that is called {column} (another: "
                "--column NAME); it has {columns}",
                file=path,
                column=grade_column or "Grade",
                columns=", ".join(table.columns),
            )
        )
    return Worksheet(table, numbered[0], grade)


def local_time(text: str) -> str:
    """A time as an English Moodle shows it, as "2026-12-01 20:15"; "" for any other."""
    match = TIME.search(text)
    if match is None:
        return ""
    with contextlib.suppress(ValueError):
        clock, form = f"{match['clock']} {match['half'] or ''}".strip(), "%I:%M %p" if match["half"] else "%H:%M"
        day = f"{match['day']} {match['month']} {match['year']}"
        return datetime.strptime(f"{day} {clock}", f"%d %B %Y {form}").strftime("%Y-%m-%d %H:%M")
    return ""


def worksheet_path(course: CourseFolder, assignment: str) -> Path:
    """Where the worksheet of an assignment is kept."""
    return course.root / "downloaded" / assignment / "worksheet.csv"


def kept_worksheet(
    course: CourseFolder, assignment: str, given: Path | None, grade_column: str | None = None
) -> Worksheet | None:
    """The worksheet that is given, which is then kept, or else the one that was; None where there is none."""
    path = worksheet_path(course, assignment)
    if given is not None:
        worksheet = read_worksheet(given, grade_column)
        write_atomically(path, BOM + as_csv(worksheet.table.columns, worksheet.table.rows))
        return worksheet
    return read_worksheet(path, grade_column) if path.exists() else None
