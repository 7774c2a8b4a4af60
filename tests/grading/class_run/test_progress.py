"""A class run shows its rate, its failures and its slowest submission; without a terminal, one line per student."""

from __future__ import annotations

import io

from rich.console import Console

from course_utils.grading.class_run.progress import details, grading_progress
from course_utils.grading.class_run.run import Progress, grade
from course_utils.grading.course.release import build


def test_without_a_terminal_each_submission_is_one_line():
    file = io.StringIO()
    with grading_progress(Console(file=file)) as show:
        show(Progress(3, done=1, student="ada"))
        show(Progress(3, done=2, student="[bold]bo\x1b[2J"))
        show(Progress(3, done=3, student="cy", ending="as before"))
    assert file.getvalue() == "graded ada (1 of 3)\ngraded [bold]bo [2J (2 of 3)\nas before cy (3 of 3)\n"


def test_who_is_not_judged_in_a_run_is_as_before(course, hand_in):
    build(course)
    hand_in(course, "ada")
    hand_in(course, "cy").write_text("no notebook")
    said = []
    for _ in range(2):
        grade(
            course, "toy", workers=1, sandbox="none", progress=lambda shown: said.append((shown.student, shown.ending))
        )
    assert sorted(said[:2]) == [("ada", "graded"), ("cy", "not graded")]
    assert sorted(said[2:]) == [("ada", "as before"), ("cy", "not graded")]


def test_on_a_terminal_there_is_a_bar_with_the_details():
    file = io.StringIO()
    with grading_progress(Console(file=file, force_terminal=True, width=120)) as show:
        show(Progress(3, done=2, failures=1, student="[x]", seconds={"[x]": 2.0}))
    assert "2/3" in file.getvalue() and "slowest [x]" in file.getvalue()


def test_the_details_are_the_rate_the_slowest_and_the_failures():
    progress = Progress(9, done=4, failures=1, student="cy", seconds={"ada": 1.0, "bo": 2.5})
    assert details(progress, 60) == "2 per minute, slowest bo (2.5 s), 1 not graded"


def test_before_anything_was_graded_the_details_are_the_student():
    assert details(Progress(9, student="ada"), 1) == "ada"
