"""`course grade` as it is typed: what it prints, what it refuses, and its exit codes."""

from __future__ import annotations

from course_utils.commands.cli import main
from course_utils.grading.course.release import build


def run(course, *words: str) -> int:
    return main([*words, "--course", str(course.root)])


def test_grading_without_a_sandbox_warns_of_what_can_happen(course, hand_in, capfd):
    build(course)
    hand_in(course, "right")
    assert run(course, "grade", "toy", "--sandbox", "none", "--workers", "1") == 0
    output = capfd.readouterr()
    assert output.err.startswith("course: warning: without a sandbox a submission's code runs as you")
    assert "right" in output.out


def test_without_bubblewrap_nothing_is_graded_and_it_says_what_to_do(course, hand_in, capfd, monkeypatch):
    build(course)
    hand_in(course, "right")
    monkeypatch.setattr("course_utils.sandbox.outside.kernel.shutil.which", lambda _: None)
    assert run(course, "grade", "toy") == 1
    output = capfd.readouterr().err
    assert "apt-get install bubblewrap" in output and "--sandbox none" in output and "Traceback" not in output
    assert not course.autograded.exists()


def test_a_sandbox_of_an_unknown_kind_is_wrong_usage(course, hand_in, capfd):
    build(course)
    hand_in(course, "right")
    assert run(course, "grade", "toy", "--sandbox", "docker") == 2
    assert "bubblewrap, none" in capfd.readouterr().err
