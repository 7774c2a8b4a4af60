"""Moodle's grading worksheet of one assignment: whose number is whose, when each handed in, and where grades go.

Moodle imports it by its columns "Identifier", "Grade" and "Last modified (grade)", the last of which must be as it was
downloaded; source: the public code of Moodle, `mod/assign/feedback/offline/importgradeslib.php`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from course_utils.errors import UsageError
from course_utils.filesystem import write_atomically
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.platforms.roster import BOM, FULL_NAMES, Person, Roster
from course_utils.grading.platforms.tables import Table, as_csv, plain, read_table

PARTICIPANT = re.compile(r"\D*(\d+)")
IDENTIFIERS = ("identifier", "标识符", "标识号", "编号", "ID")
GRADES = ("grade", "成绩", "分数", "Bewertung", "Note", "Calificación")
MAXIMA = ("maximum grade", "最高分", "最高成绩", "Bestwertung", "Note maximale", "Calificación máxima")
COMMENTS = ("feedback comments", "反馈评语", "反馈意见", "Feedback als Kommentar", "Comentarios de retroalimentación")
SUBMITTED_AT = ("last modified (submission)", "最后修改 (提交)", "Zuletzt geändert (Abgabe)")
MONTHS = ("january february march april may june july august september october november december").split()
ENGLISH = re.compile(
    r"(?P<day>\d{1,2}) (?P<month>[A-Za-z]+) (?P<year>\d{4}),? (?P<hour>\d{1,2}):(?P<minute>\d\d)\s*(?P<half>[AP]M)?"
)
CHINESE = re.compile(
    r"(?P<year>\d{4})年\s*(?P<month>\d{1,2})月\s*(?P<day>\d{1,2})日\D*?(?P<half>上午|下午)?\s*(?P<hour>\d{1,2}):(?P<minute>\d\d)"
)


@dataclass(frozen=True)
class Worksheet:
    """The worksheet. columns of the table are as Moodle wrote them, in its language."""

    table: Table
    identifier: str
    grade: str

    @property
    def rows(self) -> dict[str, dict[str, str]]:
        """Participant's number -> row."""
        matches = ((PARTICIPANT.fullmatch(row[self.identifier]), row) for row in self.table.rows)
        return {match[1]: row for match, row in matches if match}

    def people(self, roster: Roster, number: str) -> list[Person]:
        """Who of the roster the participant of this number can be: by what does not change, or else by the name."""
        row = self.rows.get(number)
        if row is None:
            return []
        identities = {(plain(column), value.casefold()) for column, value in row.items() if value}
        email = self.table.column("email address", "email")
        identities |= {("email", row[email].casefold())} if email and row[email] else set()
        name = self.table.column(*FULL_NAMES)
        return roster.matching(identities) or (roster.named(row[name]) if name else [])

    def handed_in_at(self, number: str) -> str:
        """When, as "2026-12-01 20:15" in the zone of whoever downloaded it; "" where it is not said or not known."""
        column, row = self.table.column(*SUBMITTED_AT), self.rows.get(number, {})
        return local_time(row.get(column, "")) if column else ""

    @property
    def maximum(self) -> float | None:
        """What Moodle takes for the maximum; None where the worksheet does not say it."""
        column = self.table.column(*MAXIMA)
        values = {row[column].replace(",", ".") for row in self.table.rows if row[column]} if column else set()
        try:
            return float(values.pop()) if len(values) == 1 else None
        except ValueError:
            return None


def read_worksheet(path: Path) -> Worksheet:
    """Raises UsageError for a table that is no grading worksheet."""
    table = read_table(path)
    identifier, grade = table.column(*IDENTIFIERS), table.column(*GRADES)
    if identifier is None or grade is None or not all(PARTICIPANT.fullmatch(row[identifier]) for row in table.rows):
        raise UsageError(
            f"{path} is no grading worksheet of Moodle: expected columns such as Identifier (“Participant 90101”) and "
            f"Grade; it has {', '.join(table.columns)}"
        )
    return Worksheet(table, identifier, grade)


def local_time(text: str) -> str:
    """A time as Moodle shows it in English or Chinese, as "2026-12-01 20:15"; "" for any other."""
    match = ENGLISH.search(text) or CHINESE.search(text)
    if match is None:
        return ""
    month = match["month"].lower()
    number = MONTHS.index(month) + 1 if month in MONTHS else int(month) if month.isdigit() else 0
    hour = int(match["hour"])
    if match["half"]:
        hour = hour % 12 + 12 * (match["half"] in ("PM", "下午"))
    return f"{match['year']}-{number:02}-{int(match['day']):02} {hour:02}:{match['minute']}" if number else ""


def worksheet_path(course: CourseFolder, assignment: str) -> Path:
    """Where the worksheet of an assignment is kept."""
    return course.root / "downloaded" / assignment / "worksheet.csv"


def kept_worksheet(course: CourseFolder, assignment: str, given: Path | None) -> Worksheet | None:
    """The worksheet that is given, which is then kept, or else the one that was; None where there is none."""
    path = worksheet_path(course, assignment)
    if given is not None:
        worksheet = read_worksheet(given)
        write_atomically(path, BOM + as_csv(worksheet.table.columns, worksheet.table.rows))
        return worksheet
    return read_worksheet(path) if path.exists() else None
