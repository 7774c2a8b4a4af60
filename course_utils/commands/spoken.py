"""The help and the errors of the command line in the language that is spoken, typer's own words among them."""

from __future__ import annotations

import re
from typing import Any

import typer
from typer import rich_utils
from typer.main import get_command

from course_utils.translation import say, to_say

# Where typer keeps the headings of a help page -> what stands there.
HEADINGS = {
    "ARGUMENTS_PANEL_TITLE": to_say("Arguments"),
    "OPTIONS_PANEL_TITLE": to_say("Options"),
    "DEFAULT_STRING": to_say("[default: {}]"),
    "REQUIRED_LONG_STRING": to_say("[required]"),
}
USAGE, HELP = to_say("Usage:"), to_say("Show this message and exit.")
# What typer says of wrong usage; a part may be such a sentence too.
FAULTS = (
    to_say("No such command {name}. Did you mean {others}?"),
    to_say("No such command {name}."),
    to_say("No such option: {name} (Possible options: {others})"),
    to_say("No such option: {name}"),
    to_say("Missing argument {name}."),
    to_say("Missing option {name}."),
    to_say("Got unexpected extra argument(s) ({words})"),
    to_say("Option {name} requires an argument."),
    to_say("Option {name} does not take a value."),
    to_say("Invalid value for {name}: {reason}"),
    to_say("Input should be a valid integer, unable to parse string as an integer"),
    to_say("Input should be a valid number, unable to parse string as a number"),
    to_say("Input should be greater than or equal to {least}"),
)


def program(app: typer.Typer) -> Any:
    """The command line that typer makes of its registered commands, its help in the language that is spoken."""
    group: Any = get_command(app)
    for name, heading in HEADINGS.items():
        setattr(rich_utils, name, say(heading))
    for command in (group, *group.commands.values()):
        _translate(command)
    group.epilog, group.subcommand_metavar = say(group.epilog), say("COMMAND [ARGS]...")
    return group


def _translate(command: Any) -> None:
    command.help, command.options_metavar = command.help and say(command.help), say("[OPTIONS]")
    if isinstance(command.rich_help_panel, str):
        command.rich_help_panel = say(command.rich_help_panel)
    for option in command.params:
        option.help = say(option.help) if option.help else option.help
    usage, help_option = command.get_usage, command.get_help_option

    def usage_said(context: Any) -> str:
        return usage(context).replace(USAGE, say(USAGE), 1)

    def help_option_said(context: Any) -> Any:
        option = help_option(context)
        option.help = say(HELP)
        return option

    command.get_usage, command.get_help_option = usage_said, help_option_said


def fault(message: str) -> str:
    """What typer says of wrong usage, in the language that is spoken; as it is where we do not know the sentence."""
    for template in FAULTS:
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(template))
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return say(template, **{name: fault(part) for name, part in found.groupdict().items()})
    return message
