"""A kernel can show an explorer, with sliders or without."""

import base64
import os
import subprocess
import sys
from queue import Empty

import pytest
from jupyter_client.manager import start_new_kernel

from course_utils.filesystem import REPOSITORY
from course_utils.widgets.depth import DepthSettings, _DepthDrawing
from course_utils.widgets.directions import SightSettings, _DirectionsDrawing
from course_utils.widgets.gru import GateSettings, _GruDrawing
from course_utils.widgets.lstm import LstmSettings, _LstmDrawing

WIDGET = "application/vnd.jupyter.widget-view+json"
SECONDS = 60

# The number of sliders of each.
EXPLORERS = {"gate_explorer": 4, "lstm_explorer": 6, "depth_explorer": 3, "sight_explorer": 1}


@pytest.mark.parametrize(
    "drawing_class, first, second",
    [
        pytest.param(_GruDrawing, GateSettings(), GateSettings(Z=0.2), id="gru"),
        pytest.param(_LstmDrawing, LstmSettings(), LstmSettings(F=1, I=1), id="lstm"),
        pytest.param(_DepthDrawing, DepthSettings(), DepthSettings(num_layers=9), id="depth"),
        pytest.param(_DirectionsDrawing, SightSettings(), SightSettings(step=2), id="directions"),
    ],
)
def test_a_picture_depends_on_the_position_alone_and_not_on_those_before_it(drawing_class, first, second):
    drawing = drawing_class()
    picture = drawing.png(first)
    moved = drawing.png(second)
    assert picture.startswith(b"\x89PNG")
    assert moved != picture
    assert drawing.png(first) == picture


@pytest.mark.parametrize("module", ["gru", "lstm", "depth", "directions"])
def test_importing_an_explorer_loads_neither_matplotlib_nor_ipywidgets(module):
    loaded = f"import sys, course_utils.widgets.{module}; print({{'matplotlib', 'ipywidgets'}} & set(sys.modules))"
    process = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, cwd=REPOSITORY, check=True, timeout=SECONDS
    )
    assert process.stdout.strip() == "set()"


@pytest.fixture(scope="module")
def kernel():
    path = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))
    manager, client = start_new_kernel(startup_timeout=SECONDS, env=os.environ | {"PYTHONPATH": path})
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def shown(kernel, explorer, allow_stdin):
    """All that the kernel publishes while it runs the explorer's cell."""
    messages = []
    reply = kernel.execute_interactive(
        f"import course_utils\ncourse_utils.{explorer}()",
        allow_stdin=allow_stdin, timeout=SECONDS, output_hook=messages.append,
    )  # fmt: skip
    assert reply["content"]["status"] == "ok"
    assert not [message for message in messages if message["msg_type"] == "stream"]
    return messages


def the_display(messages):
    (display,) = [message["content"] for message in messages if message["msg_type"] == "display_data"]
    return display


@pytest.mark.parametrize("explorer", EXPLORERS)
def test_a_batch_run_shows_the_picture_alone(kernel, explorer):
    messages = shown(kernel, explorer, allow_stdin=False)
    data = the_display(messages)["data"]
    assert set(data) == {"image/png", "text/plain"}
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert not [message for message in messages if message["msg_type"] == "comm_open"]


@pytest.mark.parametrize("explorer", EXPLORERS)
def test_a_front_end_gets_sliders_and_a_picture_to_fall_back_on(kernel, explorer):
    messages = shown(kernel, explorer, allow_stdin=True)
    assert {WIDGET, "image/png", "text/plain"} <= set(the_display(messages)["data"])
    assert len(sliders_in(messages)) == EXPLORERS[explorer]


def sliders_in(messages, kind="SliderModel"):
    """comm id of each slider, or of another kind of control, by its label."""
    opened = [message["content"] for message in messages if message["msg_type"] == "comm_open"]
    states = {content["comm_id"]: content["data"]["state"] for content in opened}
    return {state["description"]: comm_id for comm_id, state in states.items() if kind in state["_model_name"]}


@pytest.mark.parametrize(
    "explorer, slider, value",
    [
        ("gate_explorer", "update gate Z", 0.2),
        ("lstm_explorer", "forget gate F", 0.2),
        ("depth_explorer", "layers", 9),
        ("sight_explorer", "step t", 2),
    ],
)
def test_moving_a_slider_redraws_the_picture(kernel, explorer, slider, value):
    comm_id = sliders_in(shown(kernel, explorer, allow_stdin=True))[slider]
    move(kernel, comm_id, {"value": value})
    assert picture_update(kernel).startswith(b"\x89PNG")


def test_a_button_redraws_the_picture(kernel):
    messages = shown(kernel, "sight_explorer", allow_stdin=True)
    comm_id = sliders_in(messages, "ToggleButtonsModel")["the scores read"]
    move(kernel, comm_id, {"index": 2})
    assert picture_update(kernel).startswith(b"\x89PNG")


def move(kernel, comm_id, state):
    """What a front end sends when someone moves a control."""
    update = {"comm_id": comm_id, "data": {"method": "update", "state": state, "buffer_paths": []}}
    kernel.shell_channel.send(kernel.session.msg("comm_msg", update))


def picture_update(kernel):
    try:
        while True:
            message = kernel.get_iopub_msg(timeout=SECONDS)
            if message["msg_type"] == "comm_msg" and message["buffers"]:
                return bytes(message["buffers"][0])
    except Empty:
        pytest.fail("no picture was redrawn")
