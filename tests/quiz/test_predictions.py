"""What a student expects is kept at a click, comes back after a restart, and is compared with what came out."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch

from course_utils.filesystem import REPOSITORY
from course_utils.quiz import predictions
from course_utils.quiz.predictions import Prediction, predict
from tests.quiz.notebook import SECONDS, WIDGET, asked, choices_in, displayed, displays, selected, states

QUESTION = "At which gap is the `RNN` lost?"
ASK = f"import course_utils as d2l\nguess = d2l.predict({QUESTION!r}, [10, 20, 40])"
ANSWER = "guess.answer(20, 'The gradient is too small & <too> `late`.')"


def kept(notebook):
    return notebook.clicks("predictions.json")


def answer(notebook, **options):
    return displayed(notebook.run(ANSWER, **options))


def test_the_question_has_a_button_for_each_choice_and_none_is_chosen(notebook):
    messages = notebook.run(ASK)
    assert WIDGET in displays(messages)[1] and {"text/html", "text/plain"} == set(displayed(messages))
    assert selected(messages) == [None]
    ((_, group),) = asked(messages)
    assert group["labels"] == ["10", "20", "40"]
    assert not list(notebook.folder.iterdir())


def test_a_click_is_kept_under_the_questions_text_and_the_last_one_counts(notebook):
    messages = notebook.run(ASK)
    assert "You said <b>10</b>. It is kept." in notebook.click(messages, 1, 1)
    assert kept(notebook) == {QUESTION: "10"}
    notebook.click(notebook.run("other = d2l.predict('And why?', ['`tanh`', 'chance'])"), 1, 1)
    notebook.click(messages, 1, 3)
    assert kept(notebook) == {QUESTION: "40", "And why?": "`tanh`"}


def test_a_click_survives_a_restart_and_is_compared(notebook):
    notebook.click(notebook.run(ASK), 1, 1)
    notebook.restart()
    messages = notebook.run(ASK)
    assert selected(messages) == [1]
    assert states(messages)[0]["line"] == "You said <b>10</b>. It is kept."
    assert "You said 10. It is 20." in answer(notebook)["text/plain"]


def test_a_wrong_prediction_is_not_quite_right(notebook):
    notebook.click(notebook.run(ASK), 1, 3)
    shown = answer(notebook)
    assert shown["text/plain"] == "Not quite. You said 40. It is 20. The gradient is too small & <too> `late`."
    assert "You said <b>40</b>. It is <b>20</b>." in shown["text/html"] and "✓" not in shown["text/html"]
    assert "too small &amp; &lt;too&gt; <code>late</code>." in shown["text/html"]


def test_a_right_prediction_has_a_tick(notebook):
    notebook.click(notebook.run(ASK), 1, 2)
    shown = answer(notebook)
    assert shown["text/plain"].startswith("✓ You said 20. It is 20. The gradient")
    assert "✓" in shown["text/html"] and "Not quite" not in shown["text/html"]


def test_without_a_prediction_the_answer_is_folded_and_one_can_still_predict(notebook):
    messages = notebook.run(ASK)
    shown = answer(notebook)
    before, fold, behind = shown["text/html"].partition("<details>")
    assert fold and "You have not said what you expect." in before and "20" not in before
    assert "It is <b>20</b>." in behind
    assert shown["text/plain"].startswith("You have not said what you expect. Choose above")
    assert "It is 20. The gradient" in shown["text/plain"]
    notebook.click(messages, 1, 2)
    assert answer(notebook)["text/plain"].startswith("✓")


def test_with_nobody_to_click_question_and_answer_are_text_and_the_page_folds_the_answer(notebook):
    messages = notebook.run(ASK, someone_is_there=False)
    assert displayed(messages)["text/plain"] == "At which gap is the RNN lost?\n    10\n    20\n    40"
    assert set(displayed(messages)) == {"text/html", "text/plain"}
    assert choices_in(messages) == []
    shown = answer(notebook, someone_is_there=False)
    assert shown["text/plain"] == "It is 20. The gradient is too small & <too> `late`."
    assert "20" not in shown["text/html"].partition("<details>")[0]


def test_a_broken_file_is_named_and_put_aside_at_the_next_click(notebook):
    path = notebook.folder / "predictions.json"
    path.write_text("{broken")
    messages = notebook.run(ASK)
    assert "predictions.json is not JSON" in states(messages)[0]["line"]
    assert path.read_text() == "{broken"
    assert "is kept as predictions.broken-1.json" in notebook.click(messages, 1, 2)
    assert (notebook.folder / "predictions.broken-1.json").read_text() == "{broken"
    assert kept(notebook) == {QUESTION: "20"}


def test_a_click_that_cannot_be_kept_says_so_and_counts_in_this_kernel(notebook):
    (notebook.folder / "predictions.json").mkdir()
    messages = notebook.run(ASK)
    assert "predictions.json cannot be read" in states(messages)[0]["line"]
    assert "not kept in predictions.json" in notebook.click(messages, 1, 2)
    assert answer(notebook)["text/plain"].startswith("✓")


@pytest.mark.parametrize("value", ['"30"', "[10]", "null", '{"10": 10}'])
def test_what_is_no_choice_any_more_is_not_shown_and_stays_in_the_file(notebook, value):
    (notebook.folder / "predictions.json").write_text(f'{{"{QUESTION}": {value}, "note": [1]}}')
    assert selected(notebook.run(ASK)) == [None]
    notebook.click(notebook.run("d2l.predict('Other?', [1, 2])"), 1, 1)
    assert kept(notebook)["note"] == [1]


def test_choices_in_another_order_keep_the_prediction(notebook):
    notebook.click(notebook.run(ASK), 1, 1)
    assert selected(notebook.run(ASK.replace("10, 20, 40", "40, 20, 10"))) == [3]


# Outside a notebook


def test_outside_a_notebook_question_and_answer_are_printed(capsys):
    predict("Which?", ["this one.", "that"]).answer("this one.", "Because.")
    assert capsys.readouterr() == ("Which?\n    this one.\n    that\nIt is this one. Because.\n", "")


@pytest.mark.parametrize("right", [20, 20.0, "20", np.int64(20), np.float32(20), torch.tensor(20), torch.tensor(20.0)])
def test_the_right_choice_may_be_a_number_of_any_kind(capsys, right):
    Prediction("?", (10, 20), 20).answer(right)
    assert capsys.readouterr().out == "✓ You said 20. It is 20.\n"


@pytest.mark.parametrize("right", [30, "2", None, True, float("nan"), torch.zeros(2), [10], "ten"])
def test_an_answer_that_is_no_choice_is_refused(right):
    with pytest.raises(ValueError, match="but it must be one of the choices: 10, 1, abc"):
        Prediction("?", (10, 1, "abc")).answer(right)


@pytest.mark.parametrize("right", [True, False, np.True_])
def test_yes_and_no_are_choices_of_their_own(capsys, right):
    Prediction("?", (True, False), True).answer(right)
    assert ("✓" in capsys.readouterr().out) == bool(right)


@pytest.mark.parametrize(
    "choices, message",
    [
        ("yes", "must be a list of texts or numbers, but is a str"),
        (3, "but is a int"),
        (["yes"], "at least two choices, got 1"),
        ([], "at least two choices, got 0"),
        ([10, 20, "10"], "the choice '10' stands twice"),
        ([1, 1.0], "the choice 1.0 stands twice"),
    ],
)
def test_choices_that_cannot_be_are_refused(choices, message):
    with pytest.raises(ValueError, match=message):
        predict("?", choices)


def test_git_leaves_the_file_alone():
    ignored = (REPOSITORY / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert predictions.FILE_NAME in ignored


def test_importing_it_loads_neither_ipywidgets_nor_torch():
    loaded = "import sys, course_utils.quiz.predictions; print({'torch', 'ipywidgets', 'anywidget'} & set(sys.modules))"
    found = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, cwd=REPOSITORY, check=True, timeout=SECONDS
    )
    assert found.stdout.strip() == "set()"
