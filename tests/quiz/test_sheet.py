"""Buttons below each question in real kernels: they never say anything else than the check, typed answers included."""

from __future__ import annotations

import shutil

import pytest

from course_utils.filesystem import REPOSITORY
from tests.quiz.notebook import asked, choices_in, displayed, selected, states

CHECK = "from course_utils import check\nanswers = {}\ncheck('quiz.q1', answers)"


@pytest.fixture
def notebook(notebook):
    """The kernel in a folder that holds the released quiz, with no answer of an earlier test."""
    shutil.copytree(REPOSITORY / "release" / "quiz", notebook.folder, dirs_exist_ok=True)
    return notebook


def now(notebook, messages):
    """The state of the first question's buttons at this moment."""
    comm, group = asked(messages)[0]
    return notebook.widgets[comm]["states"][group["id"]]


def test_a_check_shows_four_buttons_that_are_read_aloud_with_the_questions_words(notebook):
    messages = notebook.run(CHECK)
    ((_, group),) = asked(messages)
    assert group["labels"] == ["1", "2", "3", "4"] and group["names"][1] == "2. input gate · 输入门"
    assert group["hidden"] and group["head"].startswith("q1 In an LSTM, which part decides")
    assert selected(messages) == [None] and "Not answered yet" in states(messages)[0]["line"]


def test_a_click_is_saved_and_what_stands_there_without_buttons_follows(notebook):
    messages = notebook.run(CHECK)
    assert "Your choice 3 counts, clicked and saved" in notebook.click(messages, 1, 3)
    assert notebook.clicks() == {"q1": 3}
    again = notebook.run("check('quiz.q1', answers)")
    assert [widget["id"] for widget in choices_in(again)] == [widget["id"] for widget in choices_in(messages)]
    still = displayed(again)
    assert still["text/plain"].startswith("✓ quiz.q1: your choice 3 counts, clicked and saved")
    assert "Run this cell to answer again; your answers are safe in quiz_answers.json." in still["text/html"]


def test_a_click_replaces_the_line_that_is_seen_without_buttons(notebook):
    messages = notebook.run(CHECK)
    notebook.click(messages, 1, 2)
    assert "your choice 2 counts" in notebook.updates[-1]["text/html"]


def test_a_typed_answer_wins_says_so_at_the_buttons_and_gives_way_again(notebook):
    messages = notebook.run(CHECK)
    notebook.click(messages, 1, 2)
    notebook.run('answers = {"q1": 3}')
    state = now(notebook, messages)
    assert state["choice"] == 3 and state["locked"]
    assert "Your choice 3 counts, typed" in state["line"] and "To use the buttons, take" in state["line"]
    notebook.run('del answers["q1"]')
    state = now(notebook, messages)
    assert state["choice"] == 2 and not state["locked"] and "clicked and saved" in state["line"]


@pytest.mark.parametrize("typed", ['{"q1": "3"}', "[3]"])
def test_a_typed_answer_that_does_not_count_is_named_below_the_click(notebook, typed):
    messages = notebook.run(CHECK)
    notebook.click(messages, 1, 2)
    notebook.run(f"answers = {typed}")
    state = now(notebook, messages)
    assert state["choice"] == 2 and not state["locked"] and "Does not count: " in state["line"]


def test_the_older_cell_with_all_questions_and_the_checks_follow_each_other(notebook):
    strip = notebook.run(CHECK)
    every = notebook.run("from course_utils import quiz_buttons\nquiz_buttons()")
    notebook.click(every, 1, 4)
    assert now(notebook, strip)["choice"] == 4
    notebook.click(strip, 1, 1)
    assert now(notebook, every)["choice"] == 1


def test_without_the_file_of_questions_there_are_still_four_buttons(notebook):
    (notebook.folder / "questions.json").unlink()
    messages = notebook.run(CHECK.replace("q1", "q77"))
    ((_, group),) = asked(messages)
    assert group["head"] == "q77" and len(group["labels"]) == 4
    notebook.click(messages, 1, 3)
    assert notebook.clicks() == {"q77": 3}


@pytest.mark.parametrize("choice", [0, 5, "2", True, None])
def test_a_message_that_names_no_choice_is_not_saved(notebook, choice):
    messages = notebook.run(CHECK)
    notebook.click(messages, 1, choice)
    assert not (notebook.folder / "quiz_answers.json").exists()
