"""A student's whole way, in the student edition, a real JupyterLab and a real browser, and again the next day."""

from __future__ import annotations

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from course_utils.commands.cli import main
from tests.browsers import SECONDS, chromium, course_lab
from tests.widgets.moving import require_that_it_moves

SWAPPED = "Z * candidate + (1 - Z) * H"
RIGHT = "Z * H + (1 - Z) * candidate"
GRU = """\
def gru(inputs, state, params):
    W_xz, W_hz, b_z, W_xr, W_hr, b_r, W_xh, W_hh, b_h, W_hq, b_q = params
    (H,), outputs = state, []
    for X in inputs:
        R = torch.sigmoid(X @ W_xr + H @ W_hr + b_r)
        Z = torch.sigmoid(X @ W_xz + H @ W_hz + b_z)
        candidate = torch.tanh(X @ W_xh + (R * H) @ W_hh + b_h)
        H = {state}
        outputs.append(H @ W_hq + b_q)
    return outputs, (H,)
"""
CHECK = 'check("gru.forward", gru)'
OUTPUT = ".jp-OutputArea-output"


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    """The folder that students get."""
    folder = tmp_path_factory.mktemp("handed out") / "course"
    assert main(["handout", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


class Desk:
    """A browser on the start page; what it complains about is kept."""

    def __init__(self, browser, address, width, scheme):
        self.context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
        self.context.set_default_timeout(SECONDS * 1000)
        self.complaints = []
        self.context.on("console", self._hear)
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.page = self.context.new_page()
        self.page.goto(address)

    def _hear(self, message):
        if message.type == "error":
            self.complaints.append(message.text)

    def open(self, name):
        """The notebook behind a link of the start page, in a tab of its own."""
        with self.context.expect_page() as opened:
            self.page.get_by_role("link", name=name).last.click()
        opened.value.get_by_text("| Idle").wait_for()
        opened.value.wait_for_url("**/tree/work/**")
        return opened.value

    def says(self, *sentences):
        """When somebody comes back to the start page: a headless browser has no windows that come to the front."""
        self.page.bring_to_front()
        self.page.evaluate("window.dispatchEvent(new Event('focus'))")
        for sentence in sentences:
            self.page.get_by_text(sentence).wait_for()

    def end(self):
        assert self.complaints == []
        self.context.close()


def violations(page, *places):
    """What axe finds in these places, or on the whole page."""
    found = [Axe().run(page, context=place).response["violations"] for place in places or (None,)]
    return [(one["id"], [node["html"] for node in one["nodes"]]) for each in found for one in each]


def reach(page, place):
    """Scroll down until it is there: JupyterLab draws what is seen, and what was."""
    page.locator(".jp-WindowedPanel-outer").first.hover()
    for _ in range(200):
        if place.count():
            break
        page.mouse.wheel(0, 700)
        page.wait_for_timeout(50)
    place.scroll_into_view_if_needed()
    return place


def cell(page, text):
    return reach(page, page.locator(".jp-CodeCell", has=page.locator(".cm-content", has_text=text)).first)


def run(page, text):
    """Run the cell as a student does."""
    cell(page, text).locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")


def write(page, text, source):
    """Write over what stands in the cell, and run it."""
    cell(page, text).locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(source)
    page.keyboard.press("Shift+Enter")


def save(page):
    page.keyboard.press("Control+s")
    page.locator(".jp-mod-dirty").wait_for(state="detached")


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
    write(notebook, "def gru(", GRU.format(state=SWAPPED))
    run(notebook, CHECK)
    verdict = cell(notebook, CHECK).locator(OUTPUT)
    verdict.get_by_text("Z_t and 1 − Z_t are swapped in H_t").first.wait_for()
    write(notebook, "def gru(", GRU.format(state=RIGHT))
    run(notebook, CHECK)
    verdict.get_by_text("5 of 5").first.wait_for()
    save(notebook)
    return notebook


def validate(notebook):
    notebook.get_by_role("button", name="Validate").click()
    dialog = notebook.locator(".jp-Dialog")
    dialog.wait_for()
    return dialog


def hand_in(notebook):
    reach(notebook, notebook.locator(".jp-Notebook-footer")).click()
    notebook.locator(".jp-CodeCell.jp-mod-active .cm-content").click()
    notebook.keyboard.insert_text('d2l.submit("gru")')
    notebook.keyboard.press("Shift+Enter")
    notebook.get_by_role("button", name="Hand in gru").click()
    notebook.get_by_text("handed in: gru, ").wait_for()


def answer_the_quiz(desk):
    quiz = desk.open("Assignment: the quiz")
    quiz.get_by_role("menuitem", name="Run", exact=True).click()
    quiz.get_by_text("Run All Cells", exact=True).click()
    quiz.get_by_role("radio").nth(3).click()
    quiz.locator(".course-line", has_text="Your choice 4 counts, clicked and saved").wait_for()
    save(quiz)


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
        hand_in(notebook)
        save(notebook)
        desk.says(re.compile("handed in: [0-9: -]+$"), "checks, when last run: 5 of 12 points")
        answer_the_quiz(desk)
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
