"""Explorers in the real JupyterLab: moved, saved, and opened again the next day, when their kernel is gone."""

from __future__ import annotations

import json

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from nbformat.sign import NotebookNotary

from course_utils.widgets import __all__ as EXPLORERS
from tests.browsers import SECONDS, TOKEN, jupyter_lab, user_settings
from tests.widgets.moving import (
    labels_outside_or_over_each_other,
    move_by_drag,
    require_that_it_moves,
    scrolls_sideways,
    settings_shown,
    words_of,
)

SETTINGS = {"@jupyter-widgets/jupyterlab-manager/plugin": {"saveState": True}}  # as the course's own JupyterLab has it


@pytest.fixture(scope="module")
def own(tmp_path_factory, notebook):
    """A folder with the notebook, as one that its reader trusts, and JupyterLab's settings."""
    own = tmp_path_factory.mktemp("jupyter")
    for name, setting in SETTINGS.items():
        user_settings(own, name).write_text(json.dumps(setting))
    (own / "DATA").mkdir()
    NotebookNotary(data_dir=str(own / "DATA")).sign(notebook)
    (own / "course").mkdir()
    nbformat.write(notebook, own / "course" / "explorers.ipynb")
    return own


@pytest.fixture(scope="module")
def lab(own):
    """The address of a JupyterLab on that folder."""
    with jupyter_lab(own / "course", own, "--LabApp.expose_app_in_browser=True") as address:
        yield address


@pytest.fixture
def page(browser, lab):
    """The notebook, open in JupyterLab; errors in the console fail the test."""
    errors = []
    page = browser.new_page(viewport={"width": 1024, "height": 900})
    page.set_default_timeout(SECONDS * 1000)
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{lab}/lab/tree/explorers.ipynb?token={TOKEN}")
    page.locator(".course-explorer").nth(3).wait_for()
    yield page
    assert errors == []
    page.close()


def do(page, command, arguments=None):
    page.evaluate("([id, arguments]) => jupyterapp.commands.execute(id, arguments)", [command, arguments or {}])


def test_a_saved_notebook_s_explorers_move_before_any_cell_is_run_and_look_right_in_both_themes(page):
    for theme, width in (("JupyterLab Light", 1024), ("JupyterLab Dark", 1920)):
        page.set_viewport_size({"width": width, "height": 900})
        do(page, "apputils:change-theme", {"theme": theme})
        places = page.locator(f".course-explorer[data-theme={theme.split()[1].lower()}]")
        places.nth(3).wait_for()
        for place, name in zip(places.all(), EXPLORERS, strict=True):
            place.scroll_into_view_if_needed()
            if width == 1024:
                require_that_it_moves(page, place, name)
            assert labels_outside_or_over_each_other(place) == scrolls_sideways(place) == []
            assert place.evaluate("place => getComputedStyle(place.parentElement, '::before').display") == "none"
        assert Axe().run(page, context=".course-explorer").response["violations"] == []


def test_what_was_moved_is_saved_with_the_notebook_and_stands_there_the_next_day(page, own, lab):
    page.get_by_text("(ipykernel) | Idle").wait_for()
    do(page, "notebook:run-all-cells")
    page.locator(".jupyter-widgets-disconnected").first.wait_for(state="detached")
    places = page.locator(".course-explorer")
    places.nth(3).wait_for()
    for place in places.all():
        move_by_drag(page, place)
    moved = [settings_shown(place, name) for place, name in zip(places.all(), EXPLORERS, strict=True)]
    do(page, "docmanager:save")
    page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")
    saved = nbformat.read(own / "course" / "explorers.ipynb", as_version=4)
    states = saved.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    shown = [cell.outputs[0].data["application/vnd.jupyter.widget-view+json"]["model_id"] for cell in saved.cells]
    assert [states[model]["state"]["settings"] for model in shown] == moved

    do(page, "kernelmenu:shutdown")
    page.get_by_text("No Kernel").first.wait_for()
    page.reload()
    places.nth(3).wait_for()
    for place, name, settings in zip(places.all(), EXPLORERS, moved, strict=True):
        assert settings_shown(place, name) == settings
        assert place.locator(".course-line").inner_text() == words_of(name, settings)
        require_that_it_moves(page, place, name)
