"""The words after `course`."""

from __future__ import annotations

import pytest

from course_utils.commands import cli
from course_utils.commands.words import FIRST, INSTRUCTOR, MAINTAINER, STUDENT, app, commands, folder_of, name_of
from course_utils.errors import UsageError
from course_utils.filesystem import REPOSITORY


def test_the_help_lists_the_commands_by_the_people_who_use_them():
    panels = [command.rich_help_panel for command in cli.app.registered_commands]
    assert panels == sorted(panels, key=[FIRST, STUDENT, INSTRUCTOR, MAINTAINER].index)


def test_no_command_is_called_by_the_word_of_another():
    names = [name_of(command) for command in app.registered_commands]
    assert len(names) == len(set(names))


def test_a_command_has_the_name_of_its_function_or_one_of_its_own():
    assert {"move-gradebook", "return", "grade"} <= {name_of(command) for command in commands(INSTRUCTOR)}


def test_a_course_is_any_folder_that_is_there(tmp_path):
    assert folder_of(None) == REPOSITORY and folder_of(tmp_path) == tmp_path
    with pytest.raises(UsageError, match="none is no folder"):
        folder_of(tmp_path / "none")
