"""A notebook in a real kernel, whose buttons are clicked as a front end does it."""

from __future__ import annotations

import json
import os

from jupyter_client.manager import start_new_kernel

from course_utils.filesystem import REPOSITORY

WIDGET = "application/vnd.jupyter.widget-view+json"
SECONDS = 60


class Notebook:
    """A kernel that runs in a folder, as a student's notebook does."""

    def __init__(self, folder):
        path = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))
        environment = os.environ | {"PYTHONPATH": path}
        self.folder = folder
        self.manager, self.client = start_new_kernel(SECONDS, env=environment, cwd=str(folder))

    def run(self, code, someone_is_there=True):
        """All that the kernel publishes while it runs the cell."""
        messages = []
        reply = self.client.execute_interactive(
            code, allow_stdin=someone_is_there, timeout=SECONDS, output_hook=messages.append
        )
        assert reply["content"]["status"] == "ok"
        assert not [message for message in messages if message["msg_type"] == "stream"]
        return messages

    def restart(self):
        self.manager.restart_kernel(now=True)
        self.client.wait_for_ready(timeout=SECONDS)

    def click(self, messages, number, choice):
        """Click a choice of the question that comes `number`th in the cell's output; what is then said below it."""
        buttons = widgets_in(messages, "RadioButtonsModel")[number - 1]
        below = widgets_in(messages, "HTMLModel")[2 * number - 2]["id"]  # a question's is made before its head
        move = {
            "comm_id": buttons["id"],
            "data": {"method": "update", "state": {"index": choice - 1}, "buffer_paths": []},
        }
        self.client.shell_channel.send(self.client.session.msg("comm_msg", move))
        while True:
            content = self.client.get_iopub_msg(timeout=SECONDS)["content"]
            said = content.get("data", {}).get("state", {}).get("value")
            if content.get("comm_id") == below and said:
                return said

    def clicks(self, name="quiz_answers.json"):
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def widgets_in(messages, model):
    """State of each widget of a kind, in the order in which they were made."""
    opened = [message["content"] for message in messages if message["msg_type"] == "comm_open"]
    states = [content["data"]["state"] | {"id": content["comm_id"]} for content in opened]
    return [state for state in states if state["_model_name"] == model]


def selected(messages):
    """The choice that each question's buttons stand at."""
    return [
        None if state["index"] is None else state["index"] + 1 for state in widgets_in(messages, "RadioButtonsModel")
    ]


def displayed(messages):
    (display,) = [message["content"]["data"] for message in messages if message["msg_type"] == "display_data"]
    return display
