"""`python -m course_utils` is the command line."""

import gc
import subprocess
import sys

import course_utils.__main__
import course_utils.commands.cli
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


def test_a_command_s_process_does_not_look_for_garbage_among_what_it_has_imported(monkeypatch):
    during = []
    monkeypatch.setattr(course_utils.commands.cli, "main", lambda: during.append(gc.get_threshold()[0]) or 3)
    before = gc.get_threshold()
    try:
        assert course_utils.__main__.main() == 3
        assert during == [100_000] and gc.get_freeze_count()
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
