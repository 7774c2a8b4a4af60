"""The roster: who takes part, by an id that never changes, with the columns by which a platform knows them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from course_utils.errors import UsageError
from course_utils.filesystem import write_atomically
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.course.names import full_name, split_name
from course_utils.grading.platforms.tables import Table, as_csv, plain, read_table
from course_utils.text import tidy
from course_utils.translation import say

FILE = "roster.csv"
CANVAS_FILE = "roster-canvas.csv"  # the titles of Canvas's columns, and the points that each has there
OWN = ("student", "first_name", "last_name", "email")
BOM = "\ufeff"  # a spreadsheet takes a file without it for the system's own encoding

FIRST_NAMES = ("first name", "given name", "Vorname", "名", "名字")
LAST_NAMES = ("last name", "surname", "family name", "Nachname", "姓", "姓氏")
FULL_NAMES = ("full name", "name", "Student", "Vollständiger Name", "姓名", "全名")
EMAILS = ("email address", "email", "e-mail", "mail", "E-Mail-Adresse", "邮箱", "电子邮件", "电子邮箱", "电子邮件地址")
LOGINS = ("SIS Login ID", "username", "login", "用户名")
NUMBERS = ("student id", "学号", "id number", "ID-Nummer", "Matrikelnummer", "SIS User ID")
# What names a person for good, the best name for a folder first; the last is Canvas's own number, or a plain list's id.
IDENTITIES = {
    **dict.fromkeys(LOGINS, "login"), **dict.fromkeys(NUMBERS, "number"), "id": "id", **dict.fromkeys(EMAILS, "email"),
}  # fmt: skip
KINDS = {plain(column): kind for column, kind in IDENTITIES.items()}
CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Integration ID", "Root Account", "Section")
OF_AN_ASSIGNMENT = {  # columns of Moodle's that say nothing of a person, or something else every day
    *("identifier", "status", "grade", "maximumgrade", "gradecanbechanged", "onlinetext", "feedbackcomments"),
    *("lastmodified(submission)", "lastmodified(grade)", "lastmodified", "lastaccesstocourse", "lastaccess"),
}
NO_FOLDER = re.compile(r"[/\\:*?\"<>|\x00-\x1f]|^[. ]|[. ]$")


@dataclass(frozen=True)
class Person:
    """A student. columns: those of the platform, as they were imported; is_split: whether the two names are a guess."""

    student: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    is_split: bool = field(default=False, compare=False)

    @property
    def name(self) -> str:
        """The name as people say it; the id where there is none."""
        return full_name(self.first_name, self.last_name) or self.student

    @cached_property
    def identities(self) -> set[tuple[str, str]]:
        """(kind, value) of all that names this person for good."""
        return identities_of({**self.columns, "email": self.email or self.columns.get("email", "")})


@dataclass
class Roster:
    """All students of the course, by their ids."""

    people: dict[str, Person] = field(default_factory=dict)

    @cached_property
    def _by_name(self) -> dict[str, list[Person]]:
        found: dict[str, list[Person]] = {}
        for person in self.people.values():
            names = {person.name, f"{person.last_name} {person.first_name}"}
            names.update(value for column, value in person.columns.items() if plain(column) in map(plain, FULL_NAMES))
            for key in {name_key(name) for name in names} - {""}:
                found.setdefault(key, []).append(person)
        return found

    def named(self, name: str) -> list[Person]:
        """Everybody of this full name, whatever its capitals, hyphens and order of family and given name."""
        return self._by_name.get(name_key(name), [])

    def matching(self, identities: set[tuple[str, str]]) -> list[Person]:
        """Everybody who has one of these (kind, value)."""
        return [person for person in self.people.values() if person.identities & identities]


@dataclass
class Imported:
    """What an import has done. changed: student -> what is new; problems: a sentence for each line that did not fit."""

    how: str
    added: list[str]
    changed: dict[str, str]
    total: int
    not_in_the_file: list[str]
    problems: list[str]


def identities_of(cells: Mapping[str, str]) -> set[tuple[str, str]]:
    """(kind, value) of the cells, column -> value, that name a person for good, on whichever platform."""
    return {
        (KINDS[plain(column)], cell.casefold()) for column, cell in cells.items() if cell and plain(column) in KINDS
    }


def name_key(name: str) -> str:
    """A name as platforms' file names leave it: letters and digits only; "Lovelace, Ada" as "Ada Lovelace"."""
    name = unicodedata.normalize("NFKC", name).replace("，", ",")
    last, comma, first = name.partition(",")
    name = f"{first} {last}" if comma else name
    return "".join(character for character in name.casefold() if character.isalnum())


def read_roster(course: CourseFolder) -> Roster:
    """The roster that was imported; an empty one before that. Raises UsageError for a file that is no roster."""
    path = course.root / FILE
    if not path.exists():
        return Roster()
    table = read_table(path)
    if not set(OWN) <= set(table.columns):
        raise UsageError(
            say(
                "{file} is not a roster: it lacks one of the columns {columns}; import the list again",
                file=path,
                columns=", ".join(OWN),
            )
        )
    people = {}
    for row in table.rows:
        own = {name: row.pop(name) for name in OWN}
        columns = {column: value for column, value in row.items() if value}
        people[own["student"]] = Person(own["student"], own["first_name"], own["last_name"], own["email"], columns)
    return Roster(people)


def import_roster(
    course: CourseFolder, path: Path, encoding: str | None = None, id_column: str | None = None
) -> Imported:
    """Add the platform's list to the roster and to nbgrader's students; who is in it already is brought up to date.

    Nobody is removed, and no name is emptied. id_column: which column has the students' ids.

    Raises UsageError for a file without ids or names.
    """
    table = read_table(path, encoding)
    work = _Import(read_roster(course), _known_students(course), _identities(table, id_column, path))
    problems = []
    for line, row in zip(table.lines, table.rows, strict=True):
        if not _is_nobody(row):
            person = _person(table, row)
            problem = work.place(person, row, line)
            problems += (
                [
                    say(
                        "line {line}: {name} {problem}: left out",
                        line=line,
                        name=tidy(person.name, 80) or say("nobody"),
                        problem=problem,
                    )
                ]
                if problem
                else []
            )
    _save(course, work.roster)
    if _is_canvas(table):
        _keep_canvas_columns(course, table)
    missing = [student for student in work.roster.people if student not in work.seen]
    return Imported(table.how, work.added, work.changed, len(work.seen), missing, problems)


class _Import:
    """One import at work. known: students of the gradebook and of submitted/, whose ids are kept."""

    def __init__(self, roster: Roster, known: set[str], identities: list[str]) -> None:
        self.roster, self.known, self.identities = roster, known, identities
        self.seen: dict[str, int] = {}
        self.added: list[str] = []
        self.changed: dict[str, str] = {}

    def place(self, person: Person, row: Mapping[str, str], line: int) -> str:
        """Put the person of this row into the roster; "", or why that cannot be."""
        found = self.roster.matching(person.identities)
        if len(found) > 1:
            return say("fits {students} in the roster", students=say(" and ").join(each.student for each in found))
        student = found[0].student if found else self._new_id(row)
        if not student:
            columns = ", ".join(self.identities)
            return say("has no id that can name a folder in {columns}", columns=columns)
        if student in self.seen:
            return say("is {student} again, as in line {line}", student=student, line=self.seen[student])
        self.seen[student] = line
        before = self.roster.people.get(student)
        merged = _merged(before, replace(person, student=student))
        self.roster.people[student] = merged
        if before is None:
            self.added.append(student)
        elif before != merged:
            self.changed[student] = _difference(before, merged)
        return ""

    def _new_id(self, row: Mapping[str, str]) -> str:
        ids = [row[column] for column in self.identities]
        usable = [value for value in ids if value and not NO_FOLDER.search(value) and len(value.encode()) < 200]
        return next((value for value in usable if value in self.known), usable[0] if usable else "")


def _merged(before: Person | None, now: Person) -> Person:
    if before is None:
        return now
    names = _names(before, now)
    return Person(now.student, *names, now.email or before.email, {**before.columns, **now.columns})


def _names(before: Person, now: Person) -> tuple[str, str]:
    """First and last name: what a list says goes before a guess, and nothing goes before what was there."""
    known, new = (before.first_name, before.last_name), (now.first_name, now.last_name)
    is_whole = bool(now.first_name) and bool(now.last_name)
    is_same = name_key(now.name) in {name_key("".join(names)) for names in (known, known[::-1])}
    if (is_same and (now.is_split or not is_whole)) or (now.is_split and not is_whole and all(known)):
        return known
    return new[0] or known[0], new[1] or known[1]


def _difference(before: Person, now: Person) -> str:
    """What an import changed of a person, in a few words."""
    own = [(name.replace("_", " "), getattr(before, name), getattr(now, name)) for name in OWN[1:]]
    kept = [(name, before.columns.get(name, ""), value) for name, value in now.columns.items()]
    changes = [
        say("{name} {old} → {new}", name=name, old=old or say("nothing"), new=new)
        for name, old, new in [*own, *kept]
        if old != new
    ]
    return tidy("; ".join(changes), 120)


def _identities(table: Table, id_column: str | None, path: Path) -> list[str]:
    if id_column is not None:
        column = table.column(id_column)
        if column is None:
            raise UsageError(
                say(
                    "{file} has no column {column}; it has {columns}",
                    file=path,
                    column=repr(id_column),
                    columns=", ".join(table.columns),
                )
            )
        return [column]
    columns = [column for name in IDENTITIES if (column := table.column(name)) is not None]
    if not columns:
        raise UsageError(
            say(
                "no column of {file} says who is who; expected one of: id, username, ID number, email, "
                "SIS Login ID, 学号 (it has {columns}); or name one with --id COLUMN",
                file=path,
                columns=", ".join(table.columns),
            )
        )
    return list(dict.fromkeys(columns))


def _person(table: Table, row: Mapping[str, str]) -> Person:
    def cell(names: Iterable[str]) -> str:
        column = table.column(*names)
        return row[column] if column else ""

    first, last = cell(FIRST_NAMES), cell(LAST_NAMES)
    full = "" if first or last else cell(FULL_NAMES)
    if full:
        first, last = split_name(full)
    columns = {name: value for name, value in row.items() if value and _is_kept(name, table)}
    return Person("", first, last, cell(EMAILS), columns, bool(full) and not {",", "，"} & set(full))


def _is_kept(column: str, table: Table) -> bool:
    """Whether a column says something of the person, and not of one assignment."""
    if _is_canvas(table):
        return column in CANVAS
    return plain(column) not in OF_AN_ASSIGNMENT and plain(column) not in map(plain, OWN[1:])


def _is_canvas(table: Table) -> bool:
    return {"Student", "ID", "Section"} <= set(table.columns)


def _is_nobody(row: Mapping[str, str]) -> bool:
    """Rows of a Canvas export that are no student: the points of each column, how it is posted, the test student."""
    name = row.get("Student")
    return name is not None and ("Points Possible" in name or name == "Student, Test" or not (name or row.get("ID")))


def _keep_canvas_columns(course: CourseFolder, table: Table) -> None:
    points: dict[str, str] = next((row for row in table.rows if "Points Possible" in row["Student"]), {})
    columns = [column for column in table.columns if column]
    write_atomically(course.root / CANVAS_FILE, BOM + as_csv(columns, [{**points, "Student": "Points Possible"}]))


def _known_students(course: CourseFolder) -> set[str]:
    with course.gradebook() as gradebook:
        return {student.id for student in gradebook.students} | set(course.students())


def _save(course: CourseFolder, roster: Roster) -> None:
    """First the file, in one step, then the gradebook, in one transaction: after a kill the same import completes."""
    people = [roster.people[student] for student in sorted(roster.people)]
    columns = list(dict.fromkeys([*OWN, *(column for person in people for column in person.columns)]))
    rows = [{**person.columns, **{name: getattr(person, name) for name in OWN}} for person in people]
    write_atomically(course.root / FILE, BOM + as_csv(columns, rows))
    from nbgrader.api import Student

    with course.gradebook() as gradebook:
        students = {student.id: student for student in gradebook.db.query(Student)}
        for person in people:
            student = students.get(person.student) or Student(id=person.student)
            student.first_name, student.last_name = person.first_name or None, person.last_name or None
            student.email = person.email or None
            student.lms_user_id = person.columns.get("ID") or student.lms_user_id
            gradebook.db.add(student)
        gradebook.db.commit()
