"""Feedback and grades in the form that a platform takes back, made anew in one step, whatever was there before."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from course_utils.errors import CourseError, UsageError
from course_utils.filesystem import replace_folder, workspace
from course_utils.grading.course.folder import CONFIG_NAME, CourseFolder
from course_utils.grading.course.nbgrader_convert import silent
from course_utils.grading.course.submission import SECRET, small_text
from course_utils.grading.gradebook.feedback import judged_pages, put_feedback
from course_utils.grading.gradebook.ledger import scores_of
from course_utils.grading.gradebook.penalties import renew_penalties
from course_utils.grading.gradebook.results import ClassResults, State, class_results
from course_utils.grading.platforms.collect import Collected, load_collected
from course_utils.grading.platforms.grade_tables import GradeTable, canvas_table, moodle_table, plain_table
from course_utils.grading.platforms.roster import BOM, Roster, read_roster
from course_utils.grading.platforms.worksheet import Worksheet, kept_worksheet, read_worksheet
from course_utils.text import tidy
from course_utils.translation import say, to_say

PLATFORMS = ("moodle", "canvas", "exchange", "folder")
OTHER_PLATFORM = to_say("expected --to with one of {known}, got {given}")
NOT_ONE = to_say("nobody's {assignment} is graded to its end: {why}")
Pages = dict[str, dict[str, str]]  # student -> notebook -> page


@dataclass
class Returned:
    """What was made. graded, waiting: students; not_graded, left_out: student -> why; notes: what else to know.

    earlier: of those who are graded, whose last version could not be, and why: that of the version before goes back.
    without_page: who is in the table of grades, and has no name under which a page goes back.
    """

    platform: str
    files: list[Path] = field(default_factory=list)
    graded: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    not_graded: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    without_page: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    earlier: dict[str, str] = field(default_factory=dict)


def give_back(
    course: CourseFolder,
    assignment: str,
    platform: str | None = None,
    worksheet: Path | None = None,
    column: str | None = None,
) -> Returned:
    """Make `returned/ASSIGNMENT/PLATFORM/`: `feedback.zip` and `grades.csv`, or a folder of pages; for "exchange",
    release the pages in nbgrader's exchange.

    Only what is graded to its end goes back. The pages are written anew, with the points and comments of people, and
    late penalties are those of today's rule, dates, extensions and points.
    platform: by default that from which most submissions came; worksheet: Moodle's; column: what the platform calls the
    grade, where that is not clear.

    Raises UsageError for an unknown assignment or platform; CourseError when nothing is graded to its end.
    """
    results, collected = class_results(course, assignment), load_collected(course, assignment)
    platform = platform or _usual_platform(course, assignment, results, collected)
    if platform not in PLATFORMS:
        raise UsageError(say(OTHER_PLATFORM, known=", ".join(PLATFORMS), given=repr(platform)))
    done = _sorted(results, Returned(platform))
    if not done.graded:
        raise CourseError(say(NOT_ONE, assignment=assignment, why=_why(done)))
    renewed = renew_penalties(course, results, f"return {assignment}")
    if renewed:
        results = class_results(course, assignment)
        done.notes.append(say("late penalties were old, and are now right: {students}", students=", ".join(renewed)))
    roster = read_roster(course)
    table = None
    if platform == "moodle":
        sheet = read_worksheet(worksheet, column) if worksheet else kept_worksheet(course, assignment, None, column)
        table = moodle_table(results, roster, collected, sheet)
        _require_a_row(assignment, sheet, collected, table, done)
        kept_worksheet(course, assignment, worksheet, column)
    elif platform == "canvas":
        table = canvas_table(course, results, roster, column)
    pages = fresh_pages(course, assignment, sorted({*done.graded, *renewed}))
    for student, own in pages.items():
        put_feedback(course, assignment, student, own)
    pages = {student: pages[student] for student in done.graded}
    if platform == "exchange":
        _release(course, assignment, done)
    elif table is None:
        _write_folder(course, results, roster, pages, done)
    else:
        _write_zip(course, assignment, pages, collected, table, done)
    return done


def _require_a_row(
    assignment: str, sheet: Worksheet | None, collected: Mapping[str, Collected], table: GradeTable, done: Returned
) -> None:
    """Moodle gives a participant another number in each assignment: one that has none of ours is another's."""
    numbers = {each.number for each in collected.values() if each.platform == "moodle"}
    is_other = sheet is not None and numbers and not numbers & sheet.rows.keys()
    if is_other or not table.students & set(done.graded):
        raise CourseError(
            say(
                "nobody whose {assignment} is graded has a row in the grading worksheet: is it another "
                "assignment's? Download Moodle's of {assignment}, and add --worksheet FILE; nothing "
                "goes back",
                assignment=assignment,
            )
        )


def fresh_pages(course: CourseFolder, assignment: str, students: list[str]) -> Pages:
    """The feedback pages of graded students, as the gradebook is now."""
    pages: Pages = {}
    with course.gradebook() as gradebook:
        for student in students:
            notebooks = gradebook.find_submission(assignment, student).notebooks
            scores = {notebook.name: scores_of(notebook) for notebook in notebooks}
            pages[student] = judged_pages(course, assignment, student, scores, course.config)
    return pages


def _usual_platform(
    course: CourseFolder, assignment: str, results: ClassResults, collected: Mapping[str, Collected]
) -> str:
    known = Counter(each.platform for each in collected.values())
    if known:
        return known.most_common(1)[0][0]
    return "exchange" if any(_secret(course, assignment, each.student) for each in results.students) else "folder"


def _secret(course: CourseFolder, assignment: str, student: str) -> str:
    return small_text(course.submitted / student / assignment / SECRET)


def _sorted(results: ClassResults, done: Returned) -> Returned:
    for result in results.students:
        if result.state is State.NOT_GRADED:
            done.not_graded[result.student] = result.reason
            continue
        (done.graded if result.is_final else done.waiting).append(result.student)
        if result.state is State.EARLIER and result.is_final:
            done.earlier[result.student] = result.reason
    return done


def _why(done: Returned) -> str:
    reasons = [say("{count} need manual grading, in the formgrader", count=len(done.waiting))] if done.waiting else []
    reasons += [f"{student}: {reason}" for student, reason in list(done.not_graded.items())[:2]]
    if len(done.not_graded) > 2:
        reasons.append(say("and {count} more", count=len(done.not_graded) - 2))
    return "; ".join(reasons) or say("nobody handed in")


def _write_zip(
    course: CourseFolder,
    assignment: str,
    pages: Pages,
    collected: Mapping[str, Collected],
    table: GradeTable,
    done: Returned,
) -> None:
    with workspace() as made:
        with zipfile.ZipFile(made / "feedback.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for student, own in pages.items():
                origin = collected.get(student)
                if origin is None or origin.platform != done.platform:
                    done.without_page.append(student)
                    continue
                for name, page in own.items():
                    archive.writestr(f"{origin.prefix}{name}.html", page.encode("utf-8", "replace"))
        for student in sorted(set(done.graded) - table.students):
            done.left_out[student] = say(
                "has no row in {platform}'s table of grades", platform=done.platform.capitalize()
            )
        done.without_page = [student for student in done.without_page if student not in done.left_out]
        (made / "grades.csv").write_bytes(table.text.encode())  # without a mark at its start, which importers may keep
        done.notes += table.notes
        done.files = _put(course, assignment, done.platform, made)


def _write_folder(course: CourseFolder, results: ClassResults, roster: Roster, pages: Pages, done: Returned) -> None:
    with workspace() as made:
        files: dict[str, str] = {}
        for student, own in pages.items():
            for name, page in own.items():
                file = f"{student}.html" if len(own) == 1 else f"{student} {name}.html"
                (made / file).write_bytes(page.encode("utf-8", "replace"))
                files[student] = f"{files[student]}; {file}" if student in files else file
        table = plain_table(results, roster, files)
        (made / "grades.csv").write_bytes((BOM + table.text).encode("utf-8", "replace"))
        done.files = _put(course, results.assignment, "folder", made)


def _put(course: CourseFolder, assignment: str, platform: str, made: Path) -> list[Path]:
    made.chmod(0o755)
    target = course.root / "returned" / assignment / platform
    replace_folder(made, target)
    return [target / name for name in ("feedback.zip", "grades.csv") if (target / name).exists()] or [target]


def _release(course: CourseFolder, assignment: str, done: Returned) -> None:
    """Through whatever exchange the course's settings name."""
    from nbgrader.auth import Authenticator
    from nbgrader.exchange import ExchangeError, ExchangeFactory

    outside = [student for student in done.graded if not _secret(course, assignment, student)]
    done.left_out.update(dict.fromkeys(outside, say("did not hand in through the exchange")))
    directory = course.nbgrader()
    directory.assignment_id = assignment
    directory.student_id_exclude = ",".join([*outside, *done.waiting, *done.not_graded])
    authenticator = Authenticator(config=course.config)
    factory = ExchangeFactory(config=course.config)
    release = factory.ReleaseFeedback(coursedir=directory, authenticator=authenticator, config=course.config)
    try:
        with silent():
            release.start()
    except ExchangeError as error:
        is_closed = "Unwritable directory" in str(error)
        reason = say("expected a folder that this user may write to") if is_closed else tidy(str(error))
        raise CourseError(
            say(
                "the exchange {folder} cannot be used: {reason}; its folder is c.Exchange.root in {config}",
                folder=release.root, reason=reason, config=CONFIG_NAME,
            )
        ) from error  # fmt: skip
    done.notes.append(
        say("released in the exchange: students get it by nbgrader fetch_feedback {assignment}", assignment=assignment)
    )
