"""The instructors' commands: each opens the course folder and calls the module of its name.

Nothing heavy is imported before a command needs it, so that `--help` answers at once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from course_utils.commands.words import INSTRUCTOR, STUDENT, Assignment, Course, app, commands, name_of
from course_utils.errors import CourseError
from course_utils.translation import say, to_say

if TYPE_CHECKING:
    from course_utils.grading.course.folder import CourseFolder

# typer reads these at run time, on Python 3.10 too: Optional instead of "| None"
Workers = Annotated[
    Optional[int],  # noqa: UP045
    typer.Option(min=1, metavar="N", help=to_say("Processes on this machine; default: one per core.")),
]
Students = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--student", metavar="NAME", help=to_say("Only this folder of submitted/; may be given several times.")
    ),
]
Scheduler = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(metavar="ADDRESS", help=to_say("Use the workers of this dask scheduler, such as tcp://host:8786.")),
]
SandboxKind = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(metavar="KIND", help=to_say("bubblewrap (default), or none: no protection at all.")),
]
Adopt = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        metavar="STUDENT[=FILE]", help=to_say("Take a file of another name for the notebook, or for the clicks.")
    ),
]
Worksheet = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option(metavar="FILE", help=to_say("Moodle's grading worksheet of this assignment.")),
]
Dismiss = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(metavar="STUDENT", help=to_say("What was found elsewhere does not count: the points stand.")),
]


def opened(course: Path | None) -> CourseFolder:
    """The course folder, before the command imports what is slow. Raises CourseError as `open_course` does."""
    from course_utils.grading.course.folder import open_course

    return open_course(course)


def students_commands() -> list[str]:
    """What the student edition has."""
    return [name_of(command) for command in commands(STUDENT)] + ["doctor"]


@app.command(rich_help_panel=INSTRUCTOR)
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=to_say("A new or an empty folder."))],
    course: Course = None,
) -> None:
    """Make a course folder for a class and term; --course: with whose settings and assignments."""
    model = opened(course)
    from course_utils.commands.new import run_new

    run_new(model, folder)


@app.command(rich_help_panel=INSTRUCTOR)
def new_assignment(
    name: Annotated[str, typer.Argument(metavar="NAME", help=to_say("What the assignment is to be called."))],
    course: Course = None,
) -> None:
    """Make a small assignment in source/, with one cell of each kind, to be rewritten."""
    folder = opened(course)
    from course_utils.commands.new_assignment import run_new_assignment

    run_new_assignment(folder, name)


@app.command(rich_help_panel=INSTRUCTOR)
def build(
    check: Annotated[bool, typer.Option("--check", help=to_say("Only say whether release/ is up to date."))] = False,
    course: Course = None,
) -> int:
    """Make release/ from source/: the notebooks that students get."""
    folder = opened(course)
    from course_utils.grading.course.release import build as build_release
    from course_utils.grading.course.release import outdated

    if not check:
        from course_utils.grading.course.lock import writing

        with writing(folder, "./course build"):
            names = build_release(folder)
        print(say("built {names} into {folder}", names=say(", ").join(names), folder=folder.release))
        return 0
    differences = outdated(folder)
    if differences:
        run = folder.command("build")
        raise CourseError(
            say("release/ is out of date: {differences}; run: {run}", differences=say("; ").join(differences), run=run)
        )
    print(say("release/ is up to date"))
    return 0


@app.command(rich_help_panel=INSTRUCTOR)
def roster(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=to_say("Canvas's gradebook, Moodle's participants, or a CSV."))
    ],
    course: Course = None,
    encoding: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="NAME", help=to_say("Such as gb18030; default: as the file's bytes show.")),
    ] = None,
    id_column: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--id", metavar="COLUMN", help=to_say("The column that names the students' folders.")),
    ] = None,
) -> None:
    """Import the platform's list of students; again, it is brought up to date."""
    folder = opened(course)
    from course_utils.commands.roster import run_roster

    run_roster(folder, file, encoding, id_column)


@app.command(rich_help_panel=INSTRUCTOR)
def collect(
    assignment: Assignment,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=to_say("The zip of all submissions, or its folder."))],
    course: Course = None,
    worksheet: Worksheet = None,
    zone: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="ZONE", help=to_say("The platform's time zone, such as Europe/Vienna.")),
    ] = None,
) -> None:
    """Put a platform's zip of all submissions into submitted/, by the roster."""
    folder = opened(course)
    from course_utils.commands.collect import run_collect

    run_collect(folder, assignment, file, worksheet, zone)


@app.command(rich_help_panel=INSTRUCTOR)
def handout(
    target: Annotated[
        Path, typer.Argument(metavar="DIR|FILE.zip", help=to_say("A folder, which becomes a git repository."))
    ],
    course: Course = None,
) -> None:
    """Make the student edition: chapters, released assignments and checks, without solutions and keys."""
    folder = opened(course)
    from course_utils.handout import hand_out

    print(hand_out(folder, target, students_commands()))


@app.command(rich_help_panel=INSTRUCTOR)
def grade(
    assignment: Assignment,
    course: Course = None,
    force: Annotated[bool, typer.Option("--force", help=to_say("Grade again what has not changed."))] = False,
    workers: Workers = None,
    student: Students = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=to_say("Only say whose points would change, and how; write nothing."))
    ] = False,
    scheduler: Scheduler = None,
    sandbox: SandboxKind = None,
    adopt: Adopt = None,
    dismiss: Dismiss = None,
) -> None:
    """Grade every submitted/STUDENT/ASSIGNMENT/ in a sandbox, and print the class.

    Stop it at any time: what was graded stays, and the same command goes on from there.
    """
    _start_the_sandbox(sandbox, scheduler)
    folder = opened(course)
    folder.require(assignment)
    from course_utils.grading.class_run.dry_run import print_changes, print_differences, rehearsed, results_so_far
    from course_utils.grading.class_run.progress import grading_progress
    from course_utils.grading.class_run.run import grade as grade_class
    from course_utils.grading.gradebook.class_table import print_report

    _warn_of_the_risk(sandbox)
    before = None if dry_run else results_so_far(folder, assignment)
    with grading_progress() as progress:
        options: dict[str, Any] = {
            "force": force, "students": student or (), "progress": progress,
            "workers": workers, "scheduler": scheduler, "sandbox": sandbox,
            "adopt": adopt or (), "dismiss": dismiss or (),
        }  # fmt: skip
        if dry_run:
            rehearsal = rehearsed(folder, assignment, **options)
        else:
            after = grade_class(folder, assignment, **options)
    if dry_run:
        print_changes(rehearsal)
    else:
        print_report(after)
        print_differences(before, after)


def _start_the_sandbox(sandbox: str | None = None, scheduler: str | None = None) -> None:
    """It gets warm while this process imports what it needs; a scheduler's workers have their own.

    The settings, which take a while to read, may say that there is to be none: then it is ended unused.
    """
    from course_utils.sandbox.outside.shared import start_early

    if scheduler is None and sandbox != "none":
        start_early("bubblewrap")


def _warn_of_the_risk(sandbox: str | None) -> None:
    if sandbox == "none":
        from course_utils.sandbox.outside.shared import RISK

        print("course:", say("warning: {risk}", risk=say(RISK)), file=sys.stderr)


@app.command(rich_help_panel=INSTRUCTOR)
def verdict(
    assignment: Assignment,
    student: Annotated[str, typer.Argument(metavar="STUDENT", help=to_say("A folder in submitted/."))],
    course: Course = None,
) -> int:
    """Judge one submission again, on the very cases of its last grading, and print every verdict."""
    _start_the_sandbox()
    folder = opened(course)
    from course_utils.commands.verdict import run_verdict

    return run_verdict(folder, assignment, student)


@app.command(rich_help_panel=INSTRUCTOR)
def extend(
    assignment: Assignment,
    student: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(
            metavar="[STUDENT]", help=to_say("Who may hand in later; without it, all extensions are listed.")
        ),
    ] = None,
    days: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(metavar="N", help=to_say("This long after the due date; 0.5 is half a day.")),
    ] = None,
    until: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="TIME", help=to_say("Until then, such as '2026-12-04 23:59 UTC'.")),
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help=to_say("Take the extension back."))] = False,
    course: Course = None,
) -> int:
    """Let one student hand in later, or list who may. An extension replaces an earlier one."""
    folder = opened(course)
    from course_utils.commands.extend import run_extend

    return run_extend(folder, assignment, student, days, until, remove)


@app.command(rich_help_panel=INSTRUCTOR)
def report(
    assignment: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(
            metavar="[ASSIGNMENT]", help=to_say("A folder in source/; without it, an overview of the course.")
        ),
    ] = None,
    anonymous: Annotated[
        bool, typer.Option("--anonymous", help=to_say("With pseudonyms, to be shown in class."))
    ] = False,
    course: Course = None,
) -> int:
    """Write the report of an assignment or of the course, as a page and as a table, into reports/."""
    folder = opened(course)
    if assignment is not None:
        folder.require(assignment)
    from course_utils.commands.report import run_report

    return run_report(folder, assignment, is_anonymous=anonymous)


@app.command(rich_help_panel=INSTRUCTOR)
def answers(
    assignment: Assignment,
    course: Course = None,
    formgrader: Annotated[
        str,
        typer.Option(
            metavar="URL", help=to_say("Where your formgrader is open, for the links to where points are given.")
        ),
    ] = "http://localhost:8888/formgrader",
) -> None:
    """Write a page with each written question, its model answer, and what every student wrote and had printed."""
    folder = opened(course)
    from course_utils.commands.answers import run_answers

    run_answers(folder, assignment, formgrader)


@app.command(rich_help_panel=INSTRUCTOR)
def restore(
    copy: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(metavar="COPY", help=to_say("One of the list that is printed without it.")),
    ] = None,
    course: Course = None,
) -> None:
    """List the copies of the gradebook that were made before each command that writes, or put one back."""
    folder = opened(course)
    from course_utils.commands.restore import run_restore

    run_restore(folder, copy)


@app.command(rich_help_panel=INSTRUCTOR)
def move_gradebook(
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help=to_say("Such as postgresql+psycopg2://USER@HOST/DATABASE."))
    ],
    course: Course = None,
) -> None:
    """Copy the gradebook to another database, with points by hand; the old one stays as it is."""
    folder = opened(course)
    from course_utils.commands.move_gradebook import run_move_gradebook

    run_move_gradebook(folder, address)


@app.command(rich_help_panel=INSTRUCTOR)
def similar(assignment: Assignment, course: Course = None) -> int:
    """Say whose answers are near-copies of each other, and what they share: a hint and no proof."""
    folder = opened(course)
    from course_utils.commands.similar import run_similar

    return run_similar(folder, assignment)


@app.command("return", rich_help_panel=INSTRUCTOR)
def return_(
    assignment: Assignment,
    to: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            metavar="PLATFORM", help=to_say("moodle, canvas, exchange or folder; default: where it came from.")
        ),
    ] = None,
    course: Course = None,
    worksheet: Worksheet = None,
    column: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="NAME", help=to_say("What the platform calls the assignment's grade.")),
    ] = None,
) -> None:
    """Make feedback and grades as the platform takes them back, in returned/."""
    folder = opened(course)
    from course_utils.commands.return_ import run_return

    run_return(folder, assignment, to, worksheet, column)
