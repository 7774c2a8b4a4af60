"""The instructors' commands."""

from __future__ import annotations

import pytest

from course_utils.commands.cli import main
from course_utils.commands.for_instructors import students_commands
from course_utils.commands.words import INSTRUCTOR, commands, name_of


@pytest.mark.parametrize("command", [name_of(command) for command in commands(INSTRUCTOR)])
def test_a_command_says_in_its_help_that_it_takes_another_course_folder(command, capsys):
    assert main([command, "--help"]) == 0
    assert "--course" in capsys.readouterr().out


def test_students_get_no_command_of_the_instructors():
    assert not set(students_commands()) & {name_of(command) for command in commands(INSTRUCTOR)}
