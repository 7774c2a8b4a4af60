"""The buttons in real kernels: a click is on the disk at once, and comes back after a restart."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from course_utils.filesystem import REPOSITORY
from course_utils.quiz import buttons
from course_utils.quiz.bank import load_bank
from course_utils.quiz.buttons import PRACTICE, practice
from tests.quiz.notebook import SECONDS, WIDGET, asked, choices_in, displayed, displays, selected
from tests.quiz.test_bank import entry, text_of

SHOW_BUTTONS = "from course_utils import quiz_buttons\nquiz_buttons()"
SHOW_PRACTICE = "from course_utils import practice\npractice('gru')"


@pytest.fixture
def notebook(notebook):
    """The kernel in a folder that holds the released quiz and nothing else."""
    shutil.copytree(REPOSITORY / "release" / "quiz", notebook.folder, dirs_exist_ok=True)
    return notebook


def test_every_question_of_the_release_has_its_buttons_and_none_is_chosen(notebook):
    messages = notebook.run(SHOW_BUTTONS)
    assert WIDGET in displays(messages)[1] and {"text/html", "text/plain"} == set(displayed(messages))
    assert selected(messages) == [None] * 12
    _, first = asked(messages)[0]
    assert first["labels"][1] == "2. input gate · 输入门"
    assert not (notebook.folder / "quiz_answers.json").exists()


def test_a_click_is_saved_at_once_and_said_to_be(notebook):
    messages = notebook.run(SHOW_BUTTONS)
    assert "choice 3 counts, clicked and saved" in notebook.click(messages, 1, 3)
    assert notebook.clicks() == {"q1": 3}
    assert "choice 2 counts, clicked and saved" in notebook.click(messages, 2, 2)
    assert "choice 4 counts, clicked and saved" in notebook.click(messages, 1, 4)
    assert notebook.clicks() == {"q1": 4, "q2": 2}


def test_a_click_survives_a_restart(notebook):
    notebook.click(notebook.run(SHOW_BUTTONS), 5, 1)
    notebook.restart()
    messages = notebook.run(SHOW_BUTTONS)
    assert selected(messages) == [None] * 4 + [1] + [None] * 7
    notebook.click(messages, 6, 2)
    assert notebook.clicks() == {"q5": 1, "q6": 2}


def test_a_broken_file_is_named_and_kept_aside_when_something_is_clicked(notebook):
    path = notebook.folder / "quiz_answers.json"
    path.write_text("{broken")
    messages = notebook.run(SHOW_BUTTONS)
    assert "quiz_answers.json is not JSON" in displayed(messages)["text/plain"]
    assert path.read_text() == "{broken"
    assert "is kept as quiz_answers.broken-1.json" in notebook.click(messages, 1, 2)
    assert (notebook.folder / "quiz_answers.broken-1.json").read_text() == "{broken"
    assert notebook.clicks() == {"q1": 2}


def test_a_click_that_cannot_be_saved_says_so(notebook):
    messages = notebook.run(SHOW_BUTTONS)
    (notebook.folder / "quiz_answers.json").mkdir()
    said = notebook.click(messages, 1, 2)
    assert "NOT saved" in said and "type the number" in said


def test_a_wrong_value_in_the_file_chooses_nothing_and_the_others_come_back(notebook):
    (notebook.folder / "quiz_answers.json").write_text('{"q1": "2", "q2": 9, "q3": 3}')
    assert selected(notebook.run(SHOW_BUTTONS)) == [None, None, 3] + [None] * 9


@pytest.mark.parametrize("content", [None, "", "{", "[1]", '{"q1": 2}', '[{"id": "q1"}]', '[{"id": 1, "text": []}]'])
def test_without_the_questions_it_says_what_to_do(notebook, content):
    path = notebook.folder / "questions.json"
    path.unlink() if content is None else path.write_text(content)
    assert "There are no buttons: questions.json" in displayed(notebook.run(SHOW_BUTTONS))["text/plain"]


def test_a_run_with_nobody_there_says_what_is_saved(notebook):
    (notebook.folder / "quiz_answers.json").write_text('{"q1": 2}')
    messages = notebook.run(SHOW_BUTTONS, someone_is_there=False)
    assert set(displayed(messages)) == {"text/plain"}
    assert displayed(messages)["text/plain"].startswith("Clicked and saved: q1: 2, q2: none")
    assert choices_in(messages) == []


# Practice


def test_the_page_itself_explains_a_practice_question_and_knows_what_is_right(notebook):
    question = next(one for one in load_bank(PRACTICE.read_text(encoding="utf-8")).asked if one.topic == "gru")
    _, group = asked(notebook.run(SHOW_PRACTICE))[0]
    right, wrong = question.keys[0], question.keys[0] % 4 + 1
    assert group["right"] == list(question.keys)
    said = group["reactions"][wrong - 1]
    assert said["tone"] == "bad" and f"✗ not {wrong}; right is {right}" in said["line"]
    assert question.explanation.zh[-9:] in said["line"]
    assert "✓ right" in group["reactions"][right - 1]["line"]


def test_the_page_counts_the_first_tries(notebook):
    (widget,) = choices_in(notebook.run(SHOW_PRACTICE))
    assert widget["texts"]["score"] == "{right} of {total} right at the first try."
    assert widget["texts"]["again"] == "Try again"


def test_a_page_without_a_kernel_has_questions_and_folded_answers(notebook):
    display = displayed(notebook.run(SHOW_PRACTICE, someone_is_there=False))
    assert set(display) == {"text/html", "text/plain"}
    assert display["text/html"].count("<details>") == display["text/html"].count("<ol>") == 4


def test_an_unknown_topic_lists_the_known():
    with pytest.raises(ValueError, match=r"no practice question on 'cnn'; topics: .*deep_rnn, gru, lstm"):
        practice("cnn")


@pytest.fixture
def picked(tmp_path, monkeypatch, capsys):
    """`picked(topic, count)`: the ids that practice shows of a small bank, in their order."""
    topics = {"a1": "rnn", "a2": "gru", "a3": "gru", "a4": "lstm", "a5": "gru", "a6": "rnn"}
    bank = tmp_path / "practice.yaml"
    bank.write_text(text_of(*(entry(name, topic=topic) for name, topic in topics.items())), encoding="utf-8")
    monkeypatch.setattr(buttons, "PRACTICE", bank)

    def ids(*arguments):
        practice(*arguments)
        return " ".join(line.partition(" ")[0] for line in capsys.readouterr().out.splitlines() if line[:1] == "a")

    return ids


@pytest.mark.parametrize(
    "arguments, ids",
    [
        ((), "a1 a2 a3 a4 a5 a6"),
        (("gru",), "a2 a3 a5"),
        ((["lstm", "rnn"],), "a1 a4 a6"),
        (("gru", 2), "a2 a3"),
        ((["rnn", "gru", "lstm"], 3), "a1 a2 a4"),
        ((["lstm", "gru", "rnn"], 5), "a4 a2 a1 a3 a6"),
        ((("rnn", "rnn", "gru"), 3), "a1 a2 a6"),
        ((None, 4), "a1 a2 a4 a6"),
        (("lstm", 9), "a4"),
    ],
    ids=str,
)
def test_questions_are_picked_evenly_over_the_topics_and_always_the_same(picked, arguments, ids):
    assert picked(*arguments) == ids == picked(*arguments)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ((["gru", "cnn"], 2), "no practice question on 'cnn'; topics: gru, lstm, rnn"),
        (([],), "name at least one topic"),
        (("gru", 0), "count is 0, expected a whole number from 1"),
        (("gru", 1.5), "count is 1.5, expected"),
        (("gru", True), "count is True, expected"),
    ],
)
def test_a_topic_or_a_count_that_cannot_be_is_refused(picked, arguments, message):
    with pytest.raises(ValueError, match=message):
        picked(*arguments)


def test_importing_the_quiz_loads_neither_ipywidgets_nor_torch():
    loaded = "import sys, course_utils.quiz.buttons; print({'torch', 'ipywidgets', 'anywidget'} & set(sys.modules))"
    found = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, cwd=REPOSITORY, check=True, timeout=SECONDS
    )
    assert found.stdout.strip() == "set()"
