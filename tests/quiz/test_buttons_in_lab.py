"""Quiz and predictions in the real JupyterLab, driven by a real browser: clicked, reloaded, run again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import nbformat
import pytest

from course_utils.filesystem import REPOSITORY
from tests.browsers import CHROMIUM, QUIET, SECONDS, free_port, wait_until_it_answers

TOKEN = "quiz"
ASK = "import course_utils as d2l\nguess = d2l.predict('At which gap is the `RNN` lost?', [10, 20, 40])"
BUTTONS = ".course-quiz input[type=radio]"
DEAD = ".course-quiz .jupyter-widgets-disconnected"


@pytest.fixture
def chromium():
    if not CHROMIUM.exists():
        reason = f"there is no {CHROMIUM}"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    return CHROMIUM


@pytest.fixture
def course(tmp_path):
    """A course folder as a student has it: the settings, and the quiz as it was released."""
    shutil.copy(REPOSITORY / "nbgrader_config.py", tmp_path)
    shutil.copytree(REPOSITORY / "release" / "quiz", tmp_path / "work" / "quiz")
    cells = [nbformat.v4.new_code_cell(source) for source in (ASK, "guess.answer(20, 'The gradient is too small.')")]
    chapter = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": ""}})
    nbformat.write(chapter, tmp_path / "work" / "chapter.ipynb")
    return tmp_path


@pytest.fixture
def lab(chromium, course, tmp_path_factory):
    """The address of a JupyterLab on that folder."""
    port = free_port()
    own = tmp_path_factory.mktemp("jupyter")
    environment = os.environ | {f"JUPYTER_{name}_DIR": str(own / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}",
               f"--IdentityProvider.token={TOKEN}"]  # fmt: skip
    with open(own / "log", "wb") as log:
        server = subprocess.Popen(command, cwd=course, env=environment, stdout=log, stderr=log)
    try:
        wait_until_it_answers(f"http://127.0.0.1:{port}/api", server, own / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(SECONDS)


@pytest.fixture
def page(chromium, lab):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        page = browser.new_page(viewport={"width": 1100, "height": 1400})
        page.set_default_timeout(SECONDS * 1000)
        yield page
        browser.close()


def open_notebook(page, lab, path):
    page.goto(f"{lab}/lab/tree/work/{path}?token={TOKEN}")


def from_menu(page, menu, item):
    page.get_by_text("(ipykernel) | Idle").wait_for()  # before that, "run all" is silently dropped
    page.locator(".lm-MenuBar-itemLabel", has_text=menu).click()
    page.locator(".lm-Menu-itemLabel", has_text=item).first.click()


def run_all(page):
    from_menu(page, "Run", "Run All Cells")
    page.locator(BUTTONS).first.wait_for()


def chosen(page):
    return page.locator(BUTTONS).evaluate_all("buttons => buttons.flatMap((one, i) => one.checked ? [i] : [])")


def test_a_click_is_on_the_disk_and_survives_a_reload_and_a_restart(course, lab, page):
    open_notebook(page, lab, "quiz/quiz.ipynb")
    kept = course / "work" / "quiz" / "quiz_answers.json"
    run_all(page)
    assert page.locator(BUTTONS).count() == 4 * 12
    assert chosen(page) == []

    page.locator(BUTTONS).nth(2).click()
    page.get_by_text("choice 3 is saved").wait_for()
    assert json.loads(kept.read_text()) == {"q1": 3}

    page.locator(BUTTONS).nth(5).click()
    page.get_by_text("choice 2 is saved").wait_for()
    page.on("dialog", lambda dialog: dialog.accept())  # "leave the page?"
    page.reload()
    run_all(page)
    assert chosen(page) == [2, 5]
    assert json.loads(kept.read_text()) == {"q1": 3, "q2": 2}

    from_menu(page, "Kernel", "Restart Kernel…")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    page.locator(DEAD).first.wait_for()
    assert page.locator(BUTTONS).first.evaluate("button => getComputedStyle(button).pointerEvents") == "none"

    run_all(page)
    page.locator(DEAD).first.wait_for(state="detached")
    page.locator(BUTTONS).first.wait_for()
    assert chosen(page) == [2, 5]
    page.locator(BUTTONS).nth(0).click()
    page.get_by_text("choice 1 is saved").wait_for()
    assert json.loads(kept.read_text()) == {"q1": 1, "q2": 2}


def test_a_prediction_is_folded_then_clicked_then_compared_and_survives_a_reload(course, lab, page):
    open_notebook(page, lab, "chapter.ipynb")
    run_all(page)
    page.get_by_text("You have not said what you expect").wait_for()
    assert not page.locator("details b", has_text="20").is_visible()

    page.locator(BUTTONS).nth(2).click()
    page.get_by_text("You said 40. It is kept.").wait_for()
    assert json.loads((course / "work" / "predictions.json").read_text()) == {"At which gap is the `RNN` lost?": "40"}

    page.on("dialog", lambda dialog: dialog.accept())  # "leave the page?"
    page.reload()
    run_all(page)
    page.get_by_text("Not quite. You said 40. It is 20.").wait_for()
    assert chosen(page) == [2]
