"""Explorers on the built site: they move without a kernel and from the disk, and are pictures where no script runs."""

from __future__ import annotations

import json

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe

from course_utils.filesystem import REPOSITORY
from course_utils.site.explorers import NEEDED, STATE, VIEW, let_explorers_move
from tests.widgets.moving import labels_outside_or_over_each_other, require_that_it_moves, scrolls_sideways

CHAPTERS = {
    "01_gru": "gate_explorer",
    "02_lstm": "lstm_explorer",
    "03_deep_rnn": "depth_explorer",
    "04_birnn": "sight_explorer",
}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_it_moves_from_the_disk_and_offline(chapter, site, browser):
    context = browser.new_context(color_scheme="light", viewport={"width": 1024, "height": 900}, offline=True)
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto((site / "notebooks" / f"{chapter}.html").as_uri())
    place = page.locator(".course-explorer[data-theme=light]").first
    place.wait_for()
    require_that_it_moves(page, place, CHAPTERS[chapter])
    assert labels_outside_or_over_each_other(place) == scrolls_sideways(place) == []

    page.set_viewport_size({"width": 1920, "height": 1080})
    page.emulate_media(color_scheme="dark")
    place = page.locator(".course-explorer[data-theme=dark]").first
    place.wait_for()
    assert labels_outside_or_over_each_other(place) == scrolls_sideways(place) == []
    reads_no_file = {"preload": False}  # style sheets, which a page from the disk may not fetch
    assert Axe().run(page, context=".course-explorer", options=reads_no_file).response["violations"] == []
    assert complaints == []
    context.close()


def test_a_map_of_gates_and_the_way_of_gradients_move_there_too(site, browser):
    page = browser.new_page(viewport={"width": 1024, "height": 900})
    page.goto((site / "notebooks" / "02_lstm.html").as_uri())
    gates = page.locator(".course-explorer", has=page.locator("svg[role=application]"))
    before = gates.locator(".course-line").inner_text()
    gates.locator("svg").press("ArrowRight")
    assert before.startswith("forget gate F of unit ")
    assert "(character 17)" in gates.locator(".course-line").inner_text()
    gradients = page.locator(".course-explorer").nth(2)
    require_that_it_moves(page, gradients, "gradient_explorer")
    for place in (gates, gradients):
        assert scrolls_sideways(place) == []
    page.close()


def test_without_scripts_its_picture_stands_there_with_its_words(site, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "notebooks" / "01_gru.html").as_uri())
    picture = page.locator(".course-live img").first
    assert picture.bounding_box()["width"] > 300
    assert picture.get_attribute("alt").startswith("Z 0.95, Z at the pulse 0.95")
    context.close()


def test_other_widgets_and_outputs_stay_as_they_are(tmp_path):
    view = {VIEW: {"model_id": "a"}, "text/plain": "a slider"}
    outputs = [
        nbformat.v4.new_output("display_data", view),
        nbformat.v4.new_output("stream", text="words"),
        nbformat.v4.new_output("display_data", view | {VIEW: {"model_id": "not saved"}}),
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=outputs)])
    notebook.metadata["widgets"] = {STATE: {"state": {"a": {"state": {"value": 3}}}}}
    path = tmp_path / "notebook.ipynb"
    nbformat.write(notebook, path)
    let_explorers_move(path)
    after = nbformat.read(path, as_version=4)
    assert after.cells[0].outputs == outputs


def test_no_text_of_an_explorer_ends_its_script(tmp_path):
    state = dict.fromkeys(NEEDED, "</script><b>")
    data = {VIEW: {"model_id": "a"}, "text/plain": "<i>", "image/png": "AAAA"}
    cell = nbformat.v4.new_code_cell(outputs=[nbformat.v4.new_output("display_data", data)])
    notebook = nbformat.v4.new_notebook(cells=[cell])
    notebook.metadata["widgets"] = {STATE: {"state": {"a": {"state": state}}}}
    path = tmp_path / "notebook.ipynb"
    nbformat.write(notebook, path)
    let_explorers_move(path)
    part = nbformat.read(path, as_version=4).cells[0].outputs[0].data["text/html"]
    assert part.count("</script>") == 1 and 'alt="&lt;i&gt;"' in part
    program = part.partition('<script type="application/json">')[2].partition("</script>")[0]
    assert json.loads(program) == state


def test_every_chapter_with_an_explorer_is_tested_here():
    found = {
        path.stem
        for path in REPOSITORY.glob("notebooks/*.ipynb")
        if "_explorer()" in "".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
    }
    assert found == CHAPTERS.keys()
