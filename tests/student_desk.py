"""A student at a course's JupyterLab in a browser: opens, writes, runs, saves, and comes back to the start page."""

from __future__ import annotations

import re

from axe_playwright_python.sync_playwright import Axe

from tests.browsers import SECONDS

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


class Desk:
    """A browser on the start page; what it complains about is kept."""

    def __init__(self, browser, address, width, scheme, **settings):
        self.context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}, **settings)
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
        opened.value.get_by_text(re.compile(r"\| (Idle|空闲)")).wait_for()
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


def check_function(notebook, state, says):
    """Write the GRU with this line for its state, and run its check; the verdict, once it says the words."""
    write(notebook, "def gru(", GRU.format(state=state))
    run(notebook, CHECK)
    verdict = cell(notebook, CHECK).locator(OUTPUT).first
    verdict.get_by_text(says).first.wait_for()
    return verdict


def hand_in(notebook, button, says):
    """By a new cell at the end and its button."""
    reach(notebook, notebook.locator(".jp-Notebook-footer")).click()
    notebook.locator(".jp-CodeCell.jp-mod-active .cm-content").click()
    notebook.keyboard.insert_text('d2l.submit("gru")')
    notebook.keyboard.press("Shift+Enter")
    notebook.get_by_role("button", name=button).click()
    notebook.get_by_text(says).wait_for()


def answer_the_quiz(quiz, menu, run_all, says):
    """Run all cells by the menu, choose the first question's last answer, and save."""
    quiz.get_by_role("menuitem", name=menu, exact=True).click()
    quiz.locator(".lm-Menu").get_by_text(run_all, exact=True).click()
    quiz.get_by_role("radio").nth(3).click()
    quiz.locator(".course-line", has_text=says).wait_for()
    save(quiz)
