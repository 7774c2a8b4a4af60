"""The command line: its first screen, one line per error, and the exit codes of the contract."""

from __future__ import annotations

import subprocess
import sys

import pytest

from course_utils.commands import cli, lab, test
from course_utils.commands.cli import main
from course_utils.errors import CourseError

COMMANDS = (
    *("demo", "test", "lab", "check", "site", "build", "grade", "handout", "report", "doctor"),
    *("roster", "collect", "return", "new", "new-assignment"),
)


def test_the_first_screen_names_every_command(capsys):
    assert main(["--help"]) == 0
    output = capsys.readouterr().out
    assert all(f" {name} " in output for name in COMMANDS)


def test_without_a_command_it_shows_the_same_screen(capsys):
    assert main([]) == 0
    assert "doctor" in capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command, capsys):
    assert main([command, "--help"]) == 0
    assert "Usage" in capsys.readouterr().out


def test_help_imports_neither_nbgrader_nor_a_notebook_library():
    code = (
        "import sys, course_utils.commands.cli as cli; cli.main(['--help']); "
        "sys.exit(bool({'nbgrader', 'nbclient', 'matplotlib'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL).returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["grade"], ["build", "--nonsense"], ["grade", "nonsense"], ["report", "nonsense"],
     ["check", "nonsense"], ["grade", "gru", "--course", "nowhere"]],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage_is_one_line_and_2(arguments, capsys):
    assert main(arguments) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("course: ")


def test_an_expected_error_is_one_line_and_1(monkeypatch, capsys):
    def fail(*_):
        raise CourseError("the corpus is empty:\nput a file there")

    monkeypatch.setattr(test, "run_tests", fail)
    assert main(["test"]) == 1
    assert capsys.readouterr().err == "course: the corpus is empty: put a file there\n"


def test_a_module_that_a_student_edition_lacks_is_one_line_and_here_a_defect(monkeypatch, capsys):
    def fail(*_):
        raise ModuleNotFoundError("No module named 'course_utils.grading.course.folder'", name="course_utils.grading")

    monkeypatch.setattr(lab, "run_lab", fail)
    with pytest.raises(ModuleNotFoundError):
        main(["lab"])
    monkeypatch.setattr(cli, "is_student_edition", lambda: True)
    monkeypatch.setattr(cli, "_keep_to_students", lambda: None)  # the real one would stay for the other tests
    assert main(["lab"]) == 1
    assert capsys.readouterr().err.startswith("course: this belongs to the instructor's edition")


def test_check_does_not_have_jsonschema_make_a_grammar_of_international_addresses():
    code = (
        "import sys, course_utils.commands.check; "
        "sys.exit('jsonschema' not in sys.modules or bool(sys.modules.get('rfc3987_syntax', 'absent')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_interrupt_is_one_line(monkeypatch, capsys):
    def stop(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(test, "run_tests", stop)
    assert main(["test"]) == 130
    assert capsys.readouterr().err == "course: stopped\n"


def test_build_check_fails_and_names_what_differs(monkeypatch, capsys):
    from course_utils.grading.course import release

    monkeypatch.setattr(release, "outdated", lambda _: ["release/gru/gru.ipynb differs"])
    assert cli.main(["build", "--check"]) == 1
    assert "release/gru/gru.ipynb differs" in capsys.readouterr().err
