"""The command line: reads the words, calls the module of the same name, and prints errors in one line.

Nothing heavy is imported before a command needs it, so that `--help` answers at once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from course_utils.commands.for_instructors import students_commands
from course_utils.commands.spoken import fault, program
from course_utils.commands.words import (
    FIRST,
    INSTRUCTOR,
    MAINTAINER,
    PASSED_ON,
    STUDENT,
    Course,
    app,
    commands,
    folder_of,
    name_of,
)
from course_utils.errors import CourseError, UsageError
from course_utils.filesystem import is_student_edition
from course_utils.installation import how_to_install, is_package_alone, top
from course_utils.translation import say, to_say

# click's own class, wherever this version of typer keeps click.
ClickError: Any = typer.BadParameter.__mro__[2]
ClickUsageError: Any = typer.BadParameter.__mro__[1]

INTERRUPTED = 130
ANYWHERE = ("check", "submit", "doctor")  # what a package without the course's folder can do
ONLY_IN_THE_FOLDER = ("demo", "site", "test", "translate")  # whatever --course says


def main(arguments: list[str] | None = None) -> int:
    """Run the command in `arguments`, by default the process's own; its exit code: 0, 1, or 2 for wrong usage."""
    if is_student_edition():
        _keep_to_students()
    try:
        if is_package_alone():
            _require_here(sys.argv[1:] if arguments is None else arguments)
        code = program(app).main(arguments, prog_name="course", standalone_mode=False)
    except (ClickUsageError, UsageError) as error:
        return _print(error, 2)
    except (ClickError, CourseError) as error:
        return _print(error, 1)
    except ModuleNotFoundError as error:
        return _print(_what_is_missing(error), 1)
    except (KeyboardInterrupt, typer.Abort):
        return _print(say("stopped"), INTERRUPTED)
    except BrokenPipeError:  # `course report gru | head`
        return 1
    if code == INTERRUPTED:
        return _print(say("stopped"), INTERRUPTED)
    return code if isinstance(code, int) else 0


def _keep_to_students() -> None:
    """In a student edition: the instructors' commands are not listed, and say whose they are."""
    app.info.epilog = to_say("**course lab** opens the course; **course doctor** checks this machine.")
    theirs = students_commands()
    for command in app.registered_commands:
        command.name = name_of(command)
        if command.name not in theirs:
            command.hidden, command.callback, command.context_settings = True, _belongs_to_instructors, PASSED_ON


def _require_here(words: list[str]) -> None:
    """Where pip installed the package alone: raises UsageError for a command that needs the course's folder."""
    asked = next((word for word in words if not word.startswith("-")), "")
    course = any(word.partition("=")[0] == "--course" for word in words) and asked not in ONLY_IN_THE_FOLDER
    if course or asked in ("", *ANYWHERE) or {"-h", "--help"} & {*words}:
        return
    if asked in map(name_of, app.registered_commands):
        raise UsageError(
            say(
                "`course {command}` needs the course's folder, and here is only its package. Unpack the course, and "
                "run ./course {command} in its folder. Here work: course check NOTEBOOK.ipynb, "
                "course submit NOTEBOOK.ipynb, course doctor",
                command=asked,
            )
        )


def _what_is_missing(error: ModuleNotFoundError) -> str:
    """What to do about a module that cannot be imported; what is missing in the course's own folder is a defect."""
    if top(error):
        return how_to_install(top(error))
    if not (error.name and (is_student_edition() or is_package_alone())):
        raise error
    return say("this belongs to the instructor's edition, which has the modules for it; this is the students'")


def _belongs_to_instructors(context: typer.Context) -> None:
    """Belongs to the instructor's edition; this is the students'."""
    raise CourseError(
        say("`course {name}` belongs to the instructor's edition; this is the students'", name=context.info_name)
    )


def _print(error: object, code: int) -> int:
    message = fault(error.format_message()) if isinstance(error, ClickError) else str(error)
    print("course:", " ".join(message.split()), file=sys.stderr)
    return code


@app.callback(invoke_without_command=True)
def start(context: typer.Context) -> None:
    """Show the help when no command is named."""
    if context.invoked_subcommand is None:
        print(context.get_help())


@app.command(rich_help_panel=FIRST)
def demo() -> None:
    """Train, build, grade a sample class: the whole course, on embedded data."""
    from course_utils.commands.demo import run_demo

    run_demo()


@app.command(rich_help_panel=FIRST)
def doctor() -> int:
    """Say what works on this machine, and what to do about what does not."""
    from course_utils.commands.doctor import run_doctor

    return run_doctor()


@app.command(rich_help_panel=STUDENT, context_settings=PASSED_ON)
def lab(context: typer.Context, course: Course = None) -> int:
    """Open the course in JupyterLab: the start page, and your copies of chapters and assignments, in work/.

    Further arguments go to JupyterLab: `course lab --no-browser`.
    """
    from course_utils.commands.lab import run_lab

    return run_lab(context.args, course)


@app.command(rich_help_panel=STUDENT)
def status(course: Course = None) -> None:
    """Say what was run, which checks passed, what was handed in, and where to go on."""
    from course_utils.commands.status import run_status

    run_status(course)


@app.command(rich_help_panel=STUDENT)
def check(
    assignment: Annotated[
        str,
        typer.Argument(metavar="ASSIGNMENT", help=to_say("An assignment, or the path of a notebook or its folder.")),
    ],
    hints: Annotated[
        int,
        typer.Option("--hints", metavar="N", min=0, help=to_say("Show N hints below each check that is not right.")),
    ] = 0,
    course: Course = None,
) -> int:
    """Run your notebook of an assignment and its checks, without a browser. The file is not changed."""
    _start_the_sandbox()
    from course_utils.commands.check import run_check

    return run_check(assignment, course, hints)


def _start_the_sandbox() -> None:
    """It gets warm while this process imports what it needs."""
    from course_utils.sandbox.outside.shared import start_early

    start_early()


@app.command(rich_help_panel=STUDENT)
def submit(
    assignment: Annotated[
        str, typer.Argument(metavar="ASSIGNMENT", help=to_say("An assignment, or the path of its notebook."))
    ],
    check: Annotated[bool, typer.Option(help=to_say("Run the public checks first, for the receipt."))] = True,
    course: Course = None,
) -> int:
    """Hand in: one zip with a receipt. It warns of what is missing, and refuses nothing. Save your notebook first."""
    if check:
        _start_the_sandbox()
    from course_utils.commands.submit import run_submit

    return run_submit(assignment, check, course)


@app.command(rich_help_panel=STUDENT)
def update(
    source: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Argument(metavar="[FILE.zip]", help=to_say("The new edition, as a zip or a folder; default: from git.")),
    ] = None,
    course: Course = None,
) -> int:
    """Bring a new edition. What you have written stays: your copies in work/ are merged with it, cell by cell."""
    from course_utils.commands.update import run_update

    return run_update(source, course)


@app.command(rich_help_panel=STUDENT)
def site(
    output: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--output", metavar="DIR", help=to_say("Where to; default: site/ of the course.")),
    ] = None,
    course: Course = None,
) -> None:
    """Make the chapters, assignments and documents into pages that a browser opens from the disk."""
    from course_utils.site import build_site

    root = folder_of(course)
    print(build_site(output or root / "site", release=root / "release" if course else None))


@app.command(rich_help_panel=MAINTAINER, context_settings=PASSED_ON)
def test(context: typer.Context) -> int:
    """Run the whole test suite. Further arguments go to pytest: `course test -k gru`."""
    from course_utils.commands.test import run_tests

    return run_tests(context.args)


@app.command(rich_help_panel=MAINTAINER)
def translate(
    language: Annotated[str, typer.Argument(help=to_say("The language: zh."))] = "zh",
    check: Annotated[bool, typer.Option("--check", help=to_say("Change nothing, say what is not up to date."))] = False,
) -> int:
    """Bring the catalogues of a language, and the notebooks and documents made of them, up to date."""
    from course_utils.commands.translate import run_translate

    return run_translate(language, check)


# The instructors' commands were registered when their module was imported: the help lists them after the students'.
app.registered_commands[:] = [*commands(FIRST), *commands(STUDENT), *commands(INSTRUCTOR), *commands(MAINTAINER)]
