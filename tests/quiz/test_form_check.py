"""`check("quiz.q1", answers)` looks at the form of an answer, and says which choice counts."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from course_utils.checks import CheckFailed, check
from course_utils.filesystem import REPOSITORY

SECONDS = 60


@pytest.fixture(autouse=True)
def beside_the_notebook(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path / "quiz_answers.json"


def test_a_click_counts_and_is_graded_later(beside_the_notebook, capsys):
    beside_the_notebook.write_text('{"q1": 3}')
    check("quiz.q1", {})
    assert capsys.readouterr().out == (
        "✓ quiz.q1: your choice 3 counts, clicked and saved; it is graded when you have handed it in\n"
    )


def test_a_typed_number_wins_over_the_click(beside_the_notebook, capsys):
    beside_the_notebook.write_text('{"q1": 3}')
    check("quiz.q1", {"q1": 2})
    assert "your choice 2 counts, typed" in capsys.readouterr().out


def test_a_wrong_choice_looks_like_a_right_one(capsys):
    for choice in (1, 2, 3, 4):
        check("quiz.q1", {"q1": choice})
    lines = capsys.readouterr().out.splitlines()
    assert len({line.replace(f"choice {number}", "choice") for number, line in enumerate(lines, 1)}) == 1


def test_without_an_answer_it_says_what_to_do():
    with pytest.raises(CheckFailed, match=r'quiz\.q12: not answered yet: click .*answers = \{"q12": …\}'):
        check("quiz.q12", {"q1": 2})


def test_what_does_not_count_is_said_also_where_a_click_does(beside_the_notebook, capsys):
    beside_the_notebook.write_text('{"q1": 3}')
    check("quiz.q1", {"q1": "2"})
    said = capsys.readouterr().out
    assert "your choice 3 counts, clicked" in said
    assert "Does not count: \"q1\" in answers is '2' (str)" in said


def test_a_wrong_value_fails_with_its_reason_first():
    with pytest.raises(CheckFailed, match=r'^quiz\.q1: no valid answer: "q1" in answers is 7; expected'):
        check("quiz.q1", {"q1": 7})


def test_a_broken_file_is_named_and_left_alone(beside_the_notebook):
    beside_the_notebook.write_text("{broken")
    with pytest.raises(CheckFailed, match=r"quiz_answers\.json is not JSON"):
        check("quiz.q1", {})
    assert beside_the_notebook.read_text() == "{broken"


def test_a_file_that_cannot_be_read_costs_no_typed_answer(beside_the_notebook, capsys):
    beside_the_notebook.mkdir()
    check("quiz.q1", {"q1": 2})
    assert "quiz_answers.json cannot be read" in capsys.readouterr().out
    with pytest.raises(CheckFailed, match="cannot be read"):
        check("quiz.q1", {})


@pytest.mark.parametrize("objects", [(), ({}, {})], ids=["none", "two"])
def test_it_asks_for_the_one_dict(objects):
    with pytest.raises(CheckFailed, match=rf'check\("quiz.q1", answers\); got {len(objects)} objects'):
        check("quiz.q1", *objects)


@pytest.mark.parametrize("name", ["quiz.q0", "quiz.question", "quiz.", "quiz.q1.x", "quiz.Q1"])
def test_what_is_no_question_is_an_unknown_task(name):
    with pytest.raises(CheckFailed, match=r"expected one of the tasks .*quiz\.q1"):
        check(name, {})


def test_a_students_text_is_not_shown_as_html():
    from course_utils.quiz.form_check import QuizTask

    verdict = QuizTask("quiz.q1").examine({"q1": "<script>"})
    assert "<script" not in verdict._repr_html_() and "&lt;script" in verdict._repr_html_()


WITHOUT_EQUATIONS = """
import sys
sys.modules["course_utils.equations"] = None
sys.modules["torch"] = None
from course_utils import check
check("quiz.q1", {"q1": 2})
"""


def test_it_needs_neither_equations_nor_torch():
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT_EQUATIONS], capture_output=True, text=True, timeout=SECONDS,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (0, "")
    assert "your choice 2 counts" in run.stdout
