"""What all words after `course` have in common: the program itself, and the arguments that several of them take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from course_utils.errors import UsageError
from course_utils.filesystem import REPOSITORY
from course_utils.translation import say, to_say

app = typer.Typer(
    name="course",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=to_say("A course on gated and deep recurrent networks, and a grader that names the mistake."),
    epilog=to_say("New here? **course demo** shows it all in five minutes; **course doctor** checks this machine."),
)

PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True}
FIRST, STUDENT = to_say("Start here"), to_say("Students")
INSTRUCTOR, MAINTAINER = to_say("Instructors"), to_say("Maintainers")

Assignment = Annotated[str, typer.Argument(metavar="ASSIGNMENT", help=to_say("A folder in source/, such as gru."))]
Course = Annotated[
    Optional[Path],  # noqa: UP045  (typer reads this at run time, on Python 3.10 too)
    typer.Option("--course", metavar="DIR", help=to_say("Another nbgrader course folder; default: this repository.")),
]


def folder_of(course: Path | None) -> Path:
    """The folder that `--course` names, by default this repository. Students' folders need no settings and no source/.

    Raises UsageError when there is no such folder.
    """
    root = course.expanduser().resolve() if course else REPOSITORY
    if not root.is_dir():
        raise UsageError(say("--course: {folder} is no folder", folder=root))
    return root


def commands(panel: str) -> list[Any]:
    """The registered commands of one panel of the help."""
    return [command for command in app.registered_commands if command.rich_help_panel == panel]


def name_of(command: Any) -> str:
    """The word by which a command is called."""
    return command.name or command.callback.__name__.replace("_", "-")
