"""One command at a time writes in a course; a lock never outlives its process."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from contextlib import contextmanager

import pytest

from course_utils.errors import CourseError
from course_utils.grading.course.lock import writing

HOLD = """
import sys
from course_utils.grading.course.folder import open_course
from course_utils.grading.course.lock import writing
with writing(open_course(sys.argv[1]), "./course grade gru"):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process(course):
    command = [sys.executable, "-c", textwrap.dedent(HOLD), str(course.root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_command_is_told_which_one_writes_and_since_when_and_a_killed_one_holds_nothing(course):
    with another_process(course) as process:
        said = (
            r"^`\./course grade gru` has been running since \d{4}-\d\d-\d\d [\d:]{8} "
            rf"\(process {process.pid} on .+\), and writes in"
        )
        with pytest.raises(CourseError, match=said), writing(course, "./course restore"):
            pass
        process.kill()  # SIGKILL: it cannot clean up
        process.wait()
        with writing(course, "./course restore"):
            pass


def test_the_lock_is_free_again_after_a_command_even_if_it_failed(course):
    with pytest.raises(ZeroDivisionError), writing(course, "one"):
        raise ZeroDivisionError
    with writing(course, "two"):
        pass


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1}'])
def test_a_lock_whose_file_cannot_be_read_still_locks(course, content):
    with another_process(course):
        (course.root / "records" / ".lock").write_text(content, encoding="utf-8")
        with pytest.raises(CourseError, match=r"^another command is running, and writes in"), writing(course, "two"):
            pass


def test_where_the_system_has_no_locks_commands_still_work(course, monkeypatch):
    monkeypatch.setitem(sys.modules, "fcntl", None)
    monkeypatch.setitem(sys.modules, "msvcrt", None)
    with writing(course, "one"), writing(course, "two"):
        pass
