"""The buttons in real kernels: a click is on the disk at once, and comes back after a restart."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest
from jupyter_client.manager import start_new_kernel

from course_utils.filesystem import REPOSITORY
from course_utils.quiz.bank import load_bank
from course_utils.quiz.buttons import PRACTICE, practice

WIDGET = "application/vnd.jupyter.widget-view+json"
SECONDS = 60
SHOW_BUTTONS = "from course_utils import quiz_buttons\nquiz_buttons()"
SHOW_PRACTICE = "from course_utils import practice\npractice('gru')"


class Notebook:
    """A kernel that runs in a folder, as a student's notebook does."""

    def __init__(self, folder):
        path = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))
        environment = os.environ | {"PYTHONPATH": path}
        self.folder = folder
        self.manager, self.client = start_new_kernel(SECONDS, env=environment, cwd=str(folder))

    def run(self, code, someone_is_there=True):
        """All that the kernel publishes while it runs the cell."""
        messages = []
        reply = self.client.execute_interactive(
            code, allow_stdin=someone_is_there, timeout=SECONDS, output_hook=messages.append
        )
        assert reply["content"]["status"] == "ok"
        assert not [message for message in messages if message["msg_type"] == "stream"]
        return messages

    def restart(self):
        self.manager.restart_kernel(now=True)
        self.client.wait_for_ready(timeout=SECONDS)

    def click(self, messages, number, choice):
        """Click a choice of the question that comes `number`th in the cell's output; what is then said below it."""
        buttons = widgets_in(messages, "RadioButtonsModel")[number - 1]
        below = widgets_in(messages, "HTMLModel")[2 * number - 2]["id"]  # a question's is made before its head
        move = {
            "comm_id": buttons["id"],
            "data": {"method": "update", "state": {"index": choice - 1}, "buffer_paths": []},
        }
        self.client.shell_channel.send(self.client.session.msg("comm_msg", move))
        while True:
            content = self.client.get_iopub_msg(timeout=SECONDS)["content"]
            said = content.get("data", {}).get("state", {}).get("value")
            if content.get("comm_id") == below and said:
                return said

    def clicks(self):
        return json.loads((self.folder / "quiz_answers.json").read_text(encoding="utf-8"))

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def widgets_in(messages, model):
    """State of each widget of a kind, in the order in which they were made."""
    opened = [message["content"] for message in messages if message["msg_type"] == "comm_open"]
    states = [content["data"]["state"] | {"id": content["comm_id"]} for content in opened]
    return [state for state in states if state["_model_name"] == model]


def selected(messages):
    """The choice that each question's buttons stand at."""
    return [
        None if state["index"] is None else state["index"] + 1 for state in widgets_in(messages, "RadioButtonsModel")
    ]


def displayed(messages):
    (display,) = [message["content"]["data"] for message in messages if message["msg_type"] == "display_data"]
    return display


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    notebook = Notebook(tmp_path_factory.mktemp("kernel"))
    yield notebook
    notebook.close()


@pytest.fixture
def notebook(kernel):
    """The kernel in a folder that holds the released quiz and nothing else."""
    for path in kernel.folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(REPOSITORY / "release" / "quiz", kernel.folder, dirs_exist_ok=True)
    return kernel


def test_every_question_of_the_release_has_its_buttons_and_none_is_chosen(notebook):
    messages = notebook.run(SHOW_BUTTONS)
    assert {WIDGET, "text/plain"} <= set(displayed(messages))
    assert selected(messages) == [None] * 6
    labels = widgets_in(messages, "RadioButtonsModel")[0]["_options_labels"]
    assert labels[1] == "2. input gate · 输入门"
    assert not (notebook.folder / "quiz_answers.json").exists()


def test_a_click_is_saved_at_once_and_said_to_be(notebook):
    messages = notebook.run(SHOW_BUTTONS)
    assert "choice 3 is saved" in notebook.click(messages, 1, 3)
    assert notebook.clicks() == {"q1": 3}
    assert "choice 2 is saved" in notebook.click(messages, 2, 2)
    assert "choice 4 is saved" in notebook.click(messages, 1, 4)
    assert notebook.clicks() == {"q1": 4, "q2": 2}


def test_a_click_survives_a_restart(notebook):
    notebook.click(notebook.run(SHOW_BUTTONS), 5, 1)
    notebook.restart()
    messages = notebook.run(SHOW_BUTTONS)
    assert selected(messages) == [None, None, None, None, 1, None]
    notebook.click(messages, 6, 2)
    assert notebook.clicks() == {"q5": 1, "q6": 2}


def test_the_check_sees_the_click(notebook):
    notebook.click(notebook.run(SHOW_BUTTONS), 1, 3)
    messages = notebook.run("from course_utils import check\ncheck('quiz.q1', {})")
    assert "your choice 3 counts, clicked" in displayed(messages)["text/plain"]


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
    assert selected(notebook.run(SHOW_BUTTONS)) == [None, None, 3, None, None, None]


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
    assert widgets_in(messages, "RadioButtonsModel") == []


# Practice


def test_a_practice_question_is_explained_at_once(notebook):
    question = next(one for one in load_bank(PRACTICE.read_text(encoding="utf-8")).asked if one.topic == "gru")
    messages = notebook.run(SHOW_PRACTICE)
    wrong = question.key % 4 + 1
    said = notebook.click(messages, 1, wrong)
    assert f"✗ not {wrong}; right is {question.key}" in said and question.explanation.zh[-9:] in said
    assert "✓ right" in notebook.click(messages, 1, question.key)
    assert not (notebook.folder / "quiz_answers.json").exists()


def test_a_page_without_a_kernel_has_questions_and_folded_answers(notebook):
    display = displayed(notebook.run(SHOW_PRACTICE, someone_is_there=False))
    assert set(display) == {"text/html", "text/plain"}
    assert display["text/html"].count("<details>") == display["text/html"].count("<ol>") == 2


def test_an_unknown_topic_lists_the_known():
    with pytest.raises(ValueError, match="no practice question on 'cnn'; topics: birnn, deep_rnn, gru, lstm"):
        practice("cnn")


def test_importing_the_quiz_loads_neither_ipywidgets_nor_torch():
    loaded = "import sys, course_utils.quiz.buttons; print({'torch', 'ipywidgets'} & set(sys.modules))"
    found = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, cwd=REPOSITORY, check=True, timeout=SECONDS
    )
    assert found.stdout.strip() == "set()"
