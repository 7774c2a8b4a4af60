"""Grades as the tables that platforms import; a student without a grade has an empty cell, and never a zero.

Canvas takes the columns of its own gradebook export, and an assignment by its title and number, "gru (7001)"; source:
the public code of Canvas, `lib/gradebook_importer.rb`. Moodle takes its own grading worksheet: see `worksheet`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from course_utils.errors import UsageError
from course_utils.grading.course.folder import CourseFolder
from course_utils.grading.gradebook.report import points, safe_row
from course_utils.grading.gradebook.results import ClassResults
from course_utils.grading.platforms.collect import Collected
from course_utils.grading.platforms.roster import CANVAS, CANVAS_FILE, Roster
from course_utils.grading.platforms.tables import as_csv, plain, read_table
from course_utils.grading.platforms.worksheet import Worksheet
from course_utils.translation import say, to_say

OF_AN_ASSIGNMENT = re.compile(r"(?P<title>.*) \(\d+\)")
MOODLE = ("Identifier", "Full name", "Email address", "Status", "Grade", "Maximum grade", "Last modified (grade)")
COMMENTS = "Feedback comments"


@dataclass(frozen=True)
class GradeTable:
    """A table as text. students: who has a row in it; notes: what an instructor should know of it."""

    text: str
    students: frozenset[str]
    notes: tuple[str, ...] = ()


def grades_of(results: ClassResults) -> dict[str, str]:
    """Student -> points, of those whose grade is final."""
    final = (result for result in results.students if result.is_final)
    return {result.student: points(result.points or 0.0) for result in final}


def sentence(results: ClassResults, student: str) -> str:
    """What stands beside a grade: the points, and what lateness has cost."""
    result = next(result for result in results.students if result.student == student)
    numbers = {"points": points(result.points or 0.0), "max_points": points(results.max_points)}
    if not result.penalty:
        return say("{points} of {max_points} points", **numbers)
    late = to_say("{points} of {max_points} points, {penalty} taken off for lateness")
    return say(late, **numbers, penalty=points(result.penalty))


def canvas_table(course: CourseFolder, results: ClassResults, roster: Roster, column: str | None) -> GradeTable:
    """For Canvas's "Import" in the gradebook: everybody in the roster who has a number there.

    Raises UsageError when Canvas's own table was not imported, or does not name the assignment.
    """
    path = course.root / CANVAS_FILE
    if not path.exists():
        run = course.command("roster FILE")
        raise UsageError(say("no table of Canvas was imported: export its gradebook, and run: {run}", run=run))
    known = read_table(path)
    title = column or _title(results.assignment, known.columns)
    grades = grades_of(results)
    columns = [*(name for name in known.columns if name in CANVAS), title]
    of_canvas = known.rows[0].get(title, "") if known.rows else ""
    rows = [{"Student": "Points Possible", title: of_canvas or points(results.max_points)}]
    people = [person for person in roster.people.values() if person.columns.get("ID")]
    for person in sorted(people, key=lambda each: each.columns.get("Student", "").casefold()):
        rows.append({**person.columns, title: grades.get(person.student, "")})
    notes = _of_maximum("Canvas", of_canvas, results.max_points)
    if title not in known.columns:
        notes += (say("Canvas will ask what {title} is: its last export has no such column", title=title),)
    return GradeTable(as_csv(columns, rows), frozenset(person.student for person in people), notes)


def _title(assignment: str, columns: tuple[str, ...]) -> str:
    titles = {column: match["title"] for column in columns if (match := OF_AN_ASSIGNMENT.fullmatch(column))}
    fitting = [column for column, title in titles.items() if plain(title) == plain(assignment)]
    if len(fitting) == 1:
        return fitting[0]
    raise UsageError(
        say(
            "which of Canvas's columns is {assignment}? Add --column with one of: {titles}; a "
            "newer export of its gradebook goes to ./course roster first",
            assignment=assignment,
            titles="; ".join(titles) or say("none is known"),
        )
    )


def moodle_table(
    results: ClassResults, roster: Roster, collected: Mapping[str, Collected], worksheet: Worksheet | None
) -> GradeTable:
    """For Moodle's "Upload grading worksheet": the one that it gave, with grades, or else one of the same form."""
    numbers = {each.number: student for student, each in collected.items() if each.platform == "moodle"}
    if worksheet is None:
        return _moodle_table_of_our_own(results, roster, numbers)
    grades, rows, students = grades_of(results), [], set()
    comments = worksheet.table.column(COMMENTS)
    for number, row in worksheet.rows.items():
        people = [] if number in numbers else worksheet.people(roster, number)
        student = numbers.get(number) or (people[0].student if len(people) == 1 else "")
        filled = {**row, worksheet.grade: grades.get(student, "")}
        if comments and student in grades and not row[comments]:
            filled[comments] = sentence(results, student)
        rows.append(filled)
        students.add(student)
    maximum = worksheet.maximum
    notes = _of_maximum("Moodle", "" if maximum is None else points(maximum), results.max_points)
    return GradeTable(as_csv(worksheet.table.columns, rows), frozenset(students - {""}), notes)


def _moodle_table_of_our_own(results: ClassResults, roster: Roster, numbers: Mapping[str, str]) -> GradeTable:
    grades, rows = grades_of(results), []
    for number, student in sorted(numbers.items()):
        person = roster.people.get(student)
        rows.append(
            {
                "Identifier": f"Participant {number}",
                "Full name": person.name if person else student,
                "Email address": person.email if person else "",
                "Status": "Submitted for grading",
                "Grade": grades.get(student, ""),
                "Maximum grade": points(results.max_points),
                "Last modified (grade)": "-",
                COMMENTS: sentence(results, student) if student in grades else "",
            }
        )
    note = say(
        "made without Moodle's own worksheet, for a Moodle in English in which nobody has been "
        "graded yet; else download the grading worksheet and add --worksheet FILE"
    )
    return GradeTable(as_csv([*MOODLE, COMMENTS], rows), frozenset(numbers.values()), (note,))


def _of_maximum(platform: str, theirs: str, ours: float) -> tuple[str, ...]:
    try:
        differs = bool(theirs) and float(theirs.replace(",", ".")) != ours
    except ValueError:
        differs = False
    return (
        (
            say(
                "{platform} counts {theirs} points at most, the assignment {ours}: set it there",
                platform=platform,
                theirs=theirs,
                ours=points(ours),
            ),
        )
        if differs
        else ()
    )


def plain_table(results: ClassResults, roster: Roster, pages: Mapping[str, str]) -> GradeTable:
    """For a mail merge, or any other use: names, addresses, points, and the file of each student."""
    grades, rows = grades_of(results), []
    for result in results.students:
        person = roster.people.get(result.student)
        names = [person.first_name, person.last_name, person.email] if person else ["", "", ""]
        texts = safe_row([result.student, *names, result.state.value, result.reason])
        row = dict(zip(("student", "first_name", "last_name", "email", "state", "reason"), texts, strict=True))
        rows.append(
            row
            | {
                "points": grades.get(result.student, ""),
                "max": points(results.max_points),
                "file": pages.get(result.student, ""),
            }
        )
    columns = ("student", "first_name", "last_name", "email", "points", "max", "state", "reason", "file")
    return GradeTable(as_csv(columns, rows), frozenset(result.student for result in results.students))
