"""`course answers` as it is typed; what its page shows is tested with the page."""

from __future__ import annotations

from course_utils.commands.cli import main


def test_before_any_grading_it_says_what_to_run(course, capfd):
    assert main(["answers", "toy", "--course", str(course.root)]) == 1
    assert "run: ./course grade toy" in capfd.readouterr().err


def test_an_unknown_assignment_is_wrong_usage(course, capfd):
    assert main(["answers", "gru", "--course", str(course.root)]) == 2
    assert "known: toy" in capfd.readouterr().err
