"""The command line: good first screen, one line an error, the exit codes of the contract."""

from __future__ import annotations

import subprocess
import sys

import pytest

from course_utils.commands import cli, lab, test
from course_utils.commands.cli import main
from course_utils.errors import CourseError

COMMANDS = ("demo", "test", "lab", "check", "site", "build", "grade", "report", "doctor")


def test_the_first_screen_names_every_command(capsys):
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    assert all(f" {name} " in said for name in COMMANDS)


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
    def fail(_):
        raise CourseError("the corpus is empty:\nput a file there")

    monkeypatch.setattr(test, "run_tests", fail)
    assert main(["test"]) == 1
    assert capsys.readouterr().err == "course: the corpus is empty: put a file there\n"


def test_an_interrupt_is_one_line(monkeypatch, capsys):
    def stop(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(test, "run_tests", stop)
    assert main(["test"]) == 130
    assert capsys.readouterr().err == "course: stopped\n"


def test_test_passes_its_arguments_to_pytest(monkeypatch):
    called = []
    monkeypatch.setattr(test.subprocess, "call", lambda command, **_: called.append(command) or 1)
    assert main(["test", "-k", "gru", "--maxfail=1", "tests"]) == 1
    assert called[0][1:3] == ["-m", "pytest"]
    assert called[0][-4:] == ["-k", "gru", "--maxfail=1", "tests"]


@pytest.mark.parametrize(("pytest_code", "code"), [(0, 0), (1, 1), (4, 2), (5, 1), (-9, 1)])
def test_pytests_exit_codes_become_ours(monkeypatch, pytest_code, code):
    monkeypatch.setattr(test.subprocess, "call", lambda *_, **__: pytest_code)
    assert main(["test"]) == code


def test_build_check_fails_and_names_what_differs(monkeypatch, capsys):
    from course_utils.grading.course import release

    monkeypatch.setattr(release, "outdated", lambda _: ["release/gru/gru.ipynb differs"])
    assert cli.main(["build", "--check"]) == 1
    assert "release/gru/gru.ipynb differs" in capsys.readouterr().err


def test_lab_hands_out_what_is_new_and_never_overwrites(tmp_path):
    for name in ("gru", "lstm"):
        (tmp_path / "release" / name).mkdir(parents=True)
        (tmp_path / "release" / name / f"{name}.ipynb").write_text("released")
    (tmp_path / "work" / "gru").mkdir(parents=True)
    (tmp_path / "work" / "gru" / "gru.ipynb").write_text("mine")
    assert lab.hand_out(tmp_path / "release", tmp_path / "work") == ["lstm"]
    assert (tmp_path / "work" / "gru" / "gru.ipynb").read_text() == "mine"
    assert (tmp_path / "work" / "lstm" / "lstm.ipynb").read_text() == "released"
