"""`python -m course_utils` is the command line."""

import subprocess
import sys

from course_utils.filesystem import REPOSITORY


def run(*words):
    return subprocess.run(
        [sys.executable, "-m", "course_utils", *words], cwd=REPOSITORY, capture_output=True, text=True
    )


def test_it_shows_the_commands():
    shown = run("--help")
    assert shown.returncode == 0 and " doctor " in shown.stdout


def test_its_exit_code_is_the_command_s():
    wrong = run("nonsense")
    assert wrong.returncode == 2 and wrong.stderr.startswith("course: ")
