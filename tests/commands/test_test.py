"""`course test` is pytest on the repository, with the exit codes of the contract."""

import importlib.util
import sys

import pytest

from course_utils.commands import test
from course_utils.commands.cli import main
from course_utils.commands.test import run_tests
from course_utils.errors import CourseError
from course_utils.filesystem import REPOSITORY


@pytest.fixture
def called(monkeypatch):
    """The commands that would have been run, each with its folder."""
    calls = []
    monkeypatch.setattr(test.subprocess, "call", lambda command, cwd: calls.append((command, cwd)) or 0)
    return calls


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


def test_the_suite_runs_in_parallel_in_the_repository_from_any_folder(called, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run_tests() == 0
    ((command, folder),) = called
    assert command == [sys.executable, "-m", "pytest", "-n", "auto", "--dist", "worksteal"] and folder == REPOSITORY


def test_a_number_of_processes_replaces_ours(called):
    run_tests(["-n", "0"])
    assert called[0][0][3:] == ["-n", "0"]


def test_without_pytest_it_says_how_to_install_it(called, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(CourseError, match=r"pytest is not installed here; run: pip install .*\[test,site\]"):
        run_tests()
    assert called == []
