"""Quiz, practice and predictions in the real JupyterLab and a real browser: by mouse, by keyboard, the next day."""

from __future__ import annotations

import json
import shutil
import urllib.request
from types import SimpleNamespace

import nbformat
import pytest

from course_utils.filesystem import REPOSITORY
from course_utils.quiz.bank import load_bank
from course_utils.quiz.buttons import PRACTICE
from tests.browsers import SECONDS, TOKEN, chromium, jupyter_lab, user_settings

ASK = "import course_utils as d2l\nguess = d2l.predict('At which gap is the `RNN` lost?', [10, 20, 40])"
ANSWER = "guess.answer(20, 'The gradient is too small.')"
BUTTONS = ".course-choices input"
LINE, FOOT = ".course-line", ".course-foot"
SAFE = "Run this cell to answer again; your answers are safe in quiz_answers.json."
KEEPS_WIDGETS = "@jupyter-widgets/jupyterlab-manager/plugin"
THEMES = "@jupyterlab/apputils-extension/themes"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course folder as a student has it: the settings, and the quiz as it was released."""
    folder = tmp_path_factory.mktemp("course")
    shutil.copy(REPOSITORY / "nbgrader_config.py", folder)
    for name in ("clicked", "typed"):
        shutil.copytree(REPOSITORY / "release" / "quiz", folder / "work" / name)
    for name, sources in {
        "chapter": (ASK, ANSWER),
        "practice": ("import course_utils as d2l\nd2l.practice('gru', 2)",),
    }.items():
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        notebook = nbformat.v4.new_notebook(
            cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": ""}}
        )
        nbformat.write(notebook, folder / "work" / f"{name}.ipynb")
    return folder


@pytest.fixture(scope="module")
def lab(course, tmp_path_factory):
    """The address of a JupyterLab on that folder, and `choose(setting, values)` for a student's settings."""
    own = tmp_path_factory.mktemp("jupyter")

    def choose(setting, values):
        user_settings(own, setting).write_text(json.dumps(values))

    choose(KEEPS_WIDGETS, {"saveState": True})
    with jupyter_lab(course, own) as address:
        yield SimpleNamespace(address=address, choose=choose)


@pytest.fixture
def page(lab):
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1100, "height": 1400})
        page.set_default_timeout(SECONDS * 1000)
        yield page


def open_notebook(page, lab, path):
    page.goto(f"{lab.address}/lab/tree/work/{path}?token={TOKEN}&reset")
    page.get_by_text("(ipykernel) | Idle").wait_for()  # before that, "run all" is silently dropped


def from_menu(page, menu, item):
    page.locator(".lm-MenuBar-itemLabel", has_text=menu).click()
    page.locator(".lm-Menu-itemLabel", has_text=item).first.click()


def run_all(page):
    from_menu(page, "Run", "Run All Cells")
    page.locator(f"{BUTTONS}:enabled").first.wait_for()


def settled(page):
    """When all cells have run, JupyterLab takes the focus once more: to the cell after the last."""
    page.locator(BUTTONS).nth(47).wait_for()
    page.wait_for_function("() => !document.querySelector('.jp-Notebook').innerText.includes('[*]')")
    page.wait_for_timeout(2000)


def save(page):
    page.keyboard.press("Control+s")
    page.locator(".jp-mod-dirty").wait_for(state="detached")


def says(page, text, where=LINE):
    page.locator(where, has_text=text).first.wait_for()


def end_kernels(lab):
    """As the end of the server does, or a day."""
    for session in ask_server(lab, "sessions"):
        ask_server(lab, f"sessions/{session['id']}", "DELETE")


def ask_server(lab, path, method="GET"):
    request = urllib.request.Request(
        f"{lab.address}/api/{path}", method=method, headers={"Authorization": f"token {TOKEN}"}
    )
    body = urllib.request.urlopen(request, timeout=SECONDS).read()
    return json.loads(body) if body else None


def chosen(page):
    return page.locator(BUTTONS).evaluate_all("buttons => buttons.flatMap((one, i) => one.checked ? [i] : [])")


def focused(page):
    return page.evaluate("document.activeElement.getAttribute('aria-label')")


def violations(page):
    """What axe finds in the first question's buttons."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, context=".course-choices").response["violations"]
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


def test_the_quiz_by_keyboard_and_reopened_the_next_day_in_dark(course, lab, page):
    errors = []
    page.on("console", lambda message: message.type == "error" and errors.append(message.text))
    open_notebook(page, lab, "clicked/quiz.ipynb")
    run_all(page)
    settled(page)
    page.locator(BUTTONS).first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert focused(page) == "3. output gate · 输出门" and chosen(page) == []
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert focused(page) == "1. forget gate · 遗忘门"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    says(page, "Your choice 4 counts, clicked and saved")
    page.keyboard.press("Tab")
    while focused(page) in (None, "4. memory cell · 记忆元"):  # a heading's own buttons
        page.keyboard.press("Tab")
    assert focused(page) == "1. input_size"
    page.keyboard.press("2")
    says(page, "Your choice 2 counts, clicked and saved")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    says(page, "Your choice 3 counts, clicked and saved")
    assert json.loads((course / "work" / "clicked" / "quiz_answers.json").read_text()) == {"q1": 4, "q2": 3}
    assert page.locator(".jp-Cell.jp-mod-active").evaluate("cell => cell.contains(document.activeElement)")
    assert violations(page) == []

    save(page)
    end_kernels(lab)
    lab.choose(THEMES, {"theme": "JupyterLab Dark"})
    open_notebook(page, lab, "clicked/quiz.ipynb")
    page.locator(FOOT, has_text=SAFE).nth(11).wait_for()
    assert page.evaluate("document.body.dataset.jpThemeLight") == "false"
    assert chosen(page) == [3, 6] and page.locator(f"{BUTTONS}:enabled").count() == 0
    assert violations(page) == []
    lab.choose(THEMES, {"theme": "JupyterLab Light"})
    assert errors == []


def test_typed_answers_a_restart_and_a_notebook_without_its_widgets(course, lab, page):
    open_notebook(page, lab, "typed/quiz.ipynb")
    run_all(page)
    page.locator(BUTTONS).nth(2).click()
    says(page, "Your choice 3 counts, clicked and saved")
    page.locator(".jp-CodeCell", has_text="answers = {}").locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.type('answers = {"q1": 1}')
    page.keyboard.press("Shift+Enter")
    says(page, "Your choice 1 counts, typed")
    assert chosen(page) == [0] and page.locator(f"{BUTTONS}:disabled").count() == 4

    from_menu(page, "Kernel", "Restart Kernel…")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    says(page, SAFE, FOOT)
    assert chosen(page) == [0] and page.locator(f"{BUTTONS}:enabled").count() == 0
    page.get_by_text("(ipykernel) | Idle").wait_for()

    save(page)
    end_kernels(lab)
    open_notebook(page, lab, "typed/quiz.ipynb")
    page.get_by_text("q1: your choice 1 counts, typed").wait_for()
    page.get_by_text(SAFE).first.wait_for()
    run_all(page)
    page.get_by_text("q1: your choice 1 counts, typed").wait_for(state="hidden")
    assert chosen(page) == [0]


def test_a_prediction_is_folded_then_chosen_then_compared_and_survives_a_restart(course, lab, page):
    open_notebook(page, lab, "chapter.ipynb")
    run_all(page)
    page.get_by_text("You have not said what you expect").wait_for()
    assert not page.locator("details b", has_text="20").is_visible()

    page.locator(BUTTONS).nth(2).click()
    says(page, "You said 40. It is kept.")
    assert json.loads((course / "work" / "predictions.json").read_text()) == {"At which gap is the `RNN` lost?": "40"}
    end_kernels(lab)
    page.on("dialog", lambda dialog: dialog.accept())  # "leave the page?"
    open_notebook(page, lab, "chapter.ipynb")
    run_all(page)
    page.get_by_text("Not quite. You said 40. It is 20.").wait_for()
    assert chosen(page) == [2]


def test_practice_explains_counts_first_tries_and_starts_again_without_a_kernel(lab, page):
    open_notebook(page, lab, "practice.ipynb")
    run_all(page)
    end_kernels(lab)
    rights = [one.keys[0] for one in load_bank(PRACTICE.read_text(encoding="utf-8")).asked if one.topic == "gru"]
    page.locator(BUTTONS).first.focus()
    page.keyboard.press(str(rights[0] % 4 + 1))
    says(page, "✗ not")
    page.keyboard.press(str(rights[0]))
    says(page, "✓ right")
    page.keyboard.press("Tab")
    page.keyboard.press(str(rights[1]))
    says(page, "1 of 2 right at the first try.", FOOT)
    assert violations(page) == []
    page.get_by_role("button", name="Try again").click()
    assert chosen(page) == [] and page.locator(FOOT).inner_text() == ""
