"""A run is paused, continued and stopped by buttons, in the real JupyterLab, to the same numbers."""

from __future__ import annotations

import threading

import nbformat
import pytest

from course_utils.training import pause
from course_utils.training.pause import Buttons
from tests.browsers import SECONDS, TOKEN, chromium, jupyter_lab

TRAIN = """
import time
from tests import small
import course_utils as d2l

def slow(*arguments):
    time.sleep(seconds)
    return small.rnn(*arguments)

def train():
    return d2l.train_and_predict_rnn(
        slow, small.get_params, small.init_state, small.H, small.V, "cpu", small.CORPUS, small.CHARS,
        small.CHAR_TO_IDX, True, 20, small.T, 2.0, 0.5, small.B, 50, 4, ["街灯"], seed=1,
    )

seconds = 0.04
history = train()
print("ended", len(history.epochs))
"""
COMPARE = """
seconds = 0
history.resume()
print("the numbers are", "equal" if train().perplexities == history.perplexities else "different")
"""


def test_where_nobody_can_click_there_are_no_buttons():
    buttons = Buttons()
    assert not buttons.can_be_shown() and not buttons.is_paused and not buttons.is_stopped
    buttons.close()


@pytest.fixture
def buttons(monkeypatch):
    monkeypatch.setattr(pause, "someone_is_there", lambda: True)
    made = Buttons()
    yield made
    made.close()


def test_they_are_shown_only_where_a_click_comes_while_the_cell_runs(buttons, monkeypatch):
    assert not buttons.can_be_shown()
    monkeypatch.setattr(pause, "clicks_come_while_a_cell_runs", lambda: True)
    assert buttons.can_be_shown() and "application/vnd.jupyter.widget-view+json" in buttons.bundle()


@pytest.mark.parametrize("pressed", [0, 1])
def test_a_pause_ends_with_continue_or_stop(buttons, pressed):
    first, stop = buttons._widgets[1:3]
    first.click()
    assert first.description == "Continue" and buttons.is_paused
    threading.Timer(0.2, (first, stop)[pressed].click).start()
    buttons.wait()
    assert buttons.is_stopped == stop.disabled == bool(pressed)


@pytest.fixture
def page(tmp_path):
    """A notebook with two cells, open in a JupyterLab."""
    (tmp_path / "notebooks").mkdir()
    cells = [nbformat.v4.new_code_cell(source) for source in (TRAIN, COMPARE)]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": ""}})
    nbformat.write(notebook, tmp_path / "notebooks" / "train.ipynb")
    with chromium() as browser, jupyter_lab(tmp_path / "notebooks", tmp_path) as address:
        page = browser.new_page(viewport={"width": 1024, "height": 900})
        page.set_default_timeout(SECONDS * 1000)
        page.goto(f"{address}/lab/tree/train.ipynb?token={TOKEN}")
        yield page


def press(page, name, key):
    page.get_by_role("button", name=name, exact=True).focus()
    page.keyboard.press(key)


def test_a_run_is_paused_continued_stopped_and_resumed_to_the_same_numbers(page, tmp_path):
    page.get_by_text("(ipykernel) | Idle").wait_for()
    page.locator(".jp-Cell").first.click()
    page.keyboard.press("Shift+Enter")

    press(page, "Pause", "Space")
    paused = page.get_by_text("paused after epoch ")
    paused.wait_for()
    said = paused.inner_text()
    page.wait_for_timeout(1500)  # longer than an epoch
    assert paused.inner_text() == said

    press(page, "Continue", "Enter")
    paused.wait_for(state="detached")
    press(page, "Stop", "Enter")
    page.get_by_text("history.resume(), where history").wait_for()
    page.locator(".jp-OutputArea-output", has_text="ended ").wait_for()
    page.get_by_role("button", name="Pause").wait_for(state="detached")

    page.locator(".jp-Cell").nth(1).click()
    page.keyboard.press("Shift+Enter")
    page.get_by_text("the numbers are equal").wait_for()

    page.keyboard.press("Control+s")
    page.get_by_text("Saving completed").wait_for()
    saved = (tmp_path / "notebooks" / "train.ipynb").read_text()
    assert "image/png" in saved and "widget-view" not in saved  # nothing that is dead tomorrow
