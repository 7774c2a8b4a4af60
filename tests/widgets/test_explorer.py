"""An explorer is a widget with a picture and words beside it, whoever runs its cell."""

from __future__ import annotations

import base64
from io import BytesIO

import pytest
from PIL import Image

import course_utils as d2l
from course_utils.widgets import __all__ as EXPLORERS
from course_utils.widgets.explorer import choice, decimals, short, slider

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"

explorers = pytest.mark.parametrize("name", EXPLORERS)


@explorers
def test_a_run_in_one_go_leaves_a_widget_whose_state_is_saved_a_picture_and_words(name, notebook):
    (output,) = notebook.cells[EXPLORERS.index(name)].outputs
    assert set(output.data) == {VIEW, "image/png", "text/plain"}
    assert Image.open(BytesIO(base64.b64decode(output.data["image/png"]))).size == (1440, 760)
    assert output.metadata["image/png"] == {"width": 720, "height": 380}
    explorer = getattr(d2l, name)()
    assert output.data["text/plain"] == repr(explorer)
    saved = notebook.metadata.widgets[STATE]["state"][output.data[VIEW]["model_id"]]["state"]
    for trait in ("settings", "controls", "data", "texts", "_esm", "_css"):
        assert saved[trait] == getattr(explorer, trait)


@explorers
def test_the_picture_and_the_words_follow_the_settings(name):
    explorer = getattr(d2l, name)()
    first = explorer._repr_mimebundle_()[0]
    control = explorer.controls[-1]
    low, high = (control["low"], control["high"])
    explorer.settings = explorer.settings | {
        control["name"]: high if explorer.settings[control["name"]] == low else low
    }
    moved = explorer._repr_mimebundle_()[0]
    assert moved["image/png"] != first["image/png"]
    assert moved["text/plain"] != first["text/plain"]


@explorers
def test_every_setting_has_a_control_and_every_control_a_name(name):
    explorer = getattr(d2l, name)()
    assert {control["name"] for control in explorer.controls} == explorer.settings.keys()
    assert all(control["label"] for control in explorer.controls)


def test_a_number_is_shown_with_a_true_minus_sign_and_two_digits():
    assert decimals(-0.456, 1) == "−0.5"
    numbers = {
        0: "0",
        0.034: "0.034",
        0.96: "0.96",
        1: "1.0",
        12.3: "12",
        1234: "1234",
        3.44e-7: "3.4 × 10⁻⁷",
        2e12: "2.0 × 10¹²",
    }
    assert {number: short(number) for number in numbers} == numbers


def test_controls_are_plain_data_and_a_slider_shows_as_many_decimals_as_its_step_has():
    assert [slider("g", "gate", 0, 1, step)["digits"] for step in (1, 0.1, 0.05)] == [0, 1, 2]
    assert choice("g", "gate", {"o": "open"})["options"] == [["o", "open"]]
