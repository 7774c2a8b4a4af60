"""A student's whole way, in the student edition, a real JupyterLab and a real browser, and again the next day."""

from __future__ import annotations

import json
import re

import pytest

from course_utils.commands.cli import main
from tests.browsers import course_lab
from tests.student_desk import (
    CHECK,
    OUTPUT,
    RIGHT,
    SWAPPED,
    Desk,
    answer_the_quiz,
    cell,
    check_function,
    hand_in,
    reach,
    run,
    save,
    violations,
)
from tests.widgets.moving import require_that_it_moves


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    """The folder that students get."""
    folder = tmp_path_factory.mktemp("handed out") / "course"
    assert main(["handout", str(folder)]) == 0
    return folder


def read_the_chapter(desk):
    """It is a copy, and its explorer moves before anything is run."""
    chapter = desk.open("Chapter 1: ")
    assert "/work/chapters/" in chapter.url, chapter.url
    assert "Nbgrader" not in chapter.locator(".lm-MenuBar").first.inner_text()
    explorer = reach(chapter, chapter.locator(".course-explorer").first)
    require_that_it_moves(chapter, explorer, "gate_explorer")
    assert violations(chapter, ".course-explorer") == []
    save(chapter)  # as JupyterLab does by itself, while no kernel knows the explorer
    pages = len(desk.context.pages)
    desk.page.bring_to_front()
    desk.page.get_by_role("link", name="Chapter 1: ").click()  # its tab is looked at, and not loaded again
    assert len(desk.context.pages) == pages
    return chapter


def write_the_function(desk):
    """Wrong, named; repaired, right."""
    notebook = desk.open("Assignment: a GRU from scratch")
    run(notebook, "from course_utils import check")
    check_function(notebook, SWAPPED, "Z_t and 1 − Z_t are swapped in H_t")
    check_function(notebook, RIGHT, "5 of 5")
    save(notebook)
    return notebook


def validate(notebook):
    notebook.get_by_role("button", name="Validate").click()
    dialog = notebook.locator(".jp-Dialog")
    dialog.wait_for()
    return dialog


def test_a_student_reads_writes_is_corrected_hands_in_and_comes_back_the_next_day(edition, browser, tmp_path):
    with course_lab(edition, tmp_path, package=edition) as (_, _, address):
        desk = Desk(browser, address, 1024, "light")
        assert violations(desk.page) == []
        assert desk.page.evaluate("document.documentElement.scrollWidth") == 1024
        read_the_chapter(desk)
        notebook = write_the_function(desk)
        failed = validate(notebook).inner_text()
        assert "gru.params: not written yet" in failed and "gru.forward" not in failed
        notebook.keyboard.press("Escape")
        hand_in(notebook, "Hand in gru", "handed in: gru, ")
        save(notebook)
        desk.says(re.compile("handed in: [0-9: -]+$"), "checks, when last run: 5 of 12 points")
        quiz = desk.open("Assignment: the quiz")
        answer_the_quiz(quiz, "Run", "Run All Cells", "Your choice 4 counts, clicked and saved")
        desk.says("1 of 12 questions are answered")
        desk.end()
    theme = tmp_path / ".jupyter/lab/user-settings/@jupyterlab/apputils-extension/themes.jupyterlab-settings"
    theme.parent.mkdir(parents=True, exist_ok=True)
    theme.write_text(json.dumps({"theme": "JupyterLab Dark"}))
    with course_lab(edition, tmp_path, package=edition) as (_, _, address):
        come_back(Desk(browser, address, 1920, "dark"))


def come_back(desk):
    """The next day, on a wide and dark screen: what was there is there, before anything is run."""
    assert violations(desk.page) == []
    desk.says(re.compile("handed in: [0-9: -]+$"), "1 of 12 questions are answered")
    chapter = desk.open("Chapter 1: ")
    require_that_it_moves(chapter, reach(chapter, chapter.locator(".course-explorer").first), "gate_explorer")
    assert violations(chapter, ".course-explorer") == []
    notebook = desk.open("Assignment: a GRU from scratch")
    assert notebook.evaluate("document.body.dataset.jpThemeLight") == "false"
    assert RIGHT in cell(notebook, "def gru(").inner_text()
    assert "5 of 5 points" in cell(notebook, CHECK).locator(OUTPUT).inner_text()
    assert violations(notebook, OUTPUT) == []
    quiz = desk.open("Assignment: the quiz")
    first = reach(quiz, quiz.get_by_role("radio").nth(3))
    assert first.is_checked() and not first.is_enabled()
    desk.end()
