"""Errors that a user is meant to see in one line, and how the command line tells them from defects."""

import pytest

from course_utils.commands import test as test_command
from course_utils.commands.cli import main
from course_utils.errors import CourseError, UsageError


def raising(error):
    def run_tests(_arguments):
        raise error

    return run_tests


@pytest.mark.parametrize("error, code", [(CourseError("no disk"), 1), (UsageError("no disk"), 2)])
def test_an_expected_error_is_one_line_and_has_its_exit_code(error, code, monkeypatch, capsys):
    monkeypatch.setattr(test_command, "run_tests", raising(error))
    assert main(["test"]) == code
    assert capsys.readouterr().err == "course: no disk\n"


def test_in_a_notebook_an_expected_error_is_its_message_alone(capsys):
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    shell.run_cell("from course_utils.errors import UsageError\nraise UsageError('no disk')")
    assert capsys.readouterr().out.strip() == "no disk"


def test_a_defect_keeps_its_traceback(monkeypatch):
    monkeypatch.setattr(test_command, "run_tests", raising(ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        main(["test"])
