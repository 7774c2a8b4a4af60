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
        self.updates = []  # of what was displayed, by MIME types
        self.widgets = {}  # id -> state, as a front end knows it
        self.manager, self.client = start_new_kernel(SECONDS, env=environment, cwd=str(folder))

    def run(self, code, someone_is_there=True):
        """All that the kernel publishes while it runs the cell."""
        messages = []
        reply = self.client.execute_interactive(
            code, allow_stdin=someone_is_there, timeout=SECONDS, output_hook=messages.append
        )
        assert reply["content"]["status"] == "ok"
        assert not [message for message in messages if message["msg_type"] == "stream"]
        for message in messages:
            self._follow(message["msg_type"], message["content"])
        ids = [display[WIDGET]["model_id"] for display in displays(messages) if WIDGET in display]
        return [*messages, *({"msg_type": "shown", "content": self.widgets[name] | {"id": name}} for name in ids)]

    def _follow(self, kind, content):
        """Keep a widget's state, and what is displayed instead of something else."""
        if kind == "comm_open":
            self.widgets[content["comm_id"]] = content["data"]["state"]
        elif kind == "comm_msg":
            self.widgets[content["comm_id"]] |= content["data"].get("state", {})
        elif kind == "update_display_data":
            self.updates.append(content["data"])

    def restart(self):
        self.manager.restart_kernel(now=True)
        self.client.wait_for_ready(timeout=SECONDS)

    def click(self, messages, number, choice):
        """Click a choice of the question that comes `number`th in the cell's output; what is then said below it."""
        comm, group = asked(messages)[number - 1]
        data = {"method": "custom", "content": {"group": group["id"], "choice": choice}}
        self.client.shell_channel.send(self.client.session.msg("comm_msg", {"comm_id": comm, "data": data}))
        while True:
            message = self.client.get_iopub_msg(timeout=SECONDS)
            content = message["content"]
            self._follow(message["msg_type"], content)
            if content.get("comm_id") == comm and content["data"]["method"] == "custom":
                return self.widgets[comm]["states"][group["id"]]["line"]

    def clicks(self, name="quiz_answers.json"):
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def choices_in(messages):
    """The state of each widget that is shown."""
    return [message["content"] for message in messages if message["msg_type"] == "shown"]


def asked(messages):
    """(the widget's id, the group) of each question, in the order in which they are shown."""
    return [(widget["id"], group) for widget in choices_in(messages) for group in widget["groups"]]


def states(messages):
    """Of each question, what its buttons show at first."""
    return [widget["states"].get(group["id"], {}) for widget in choices_in(messages) for group in widget["groups"]]


def selected(messages):
    """The choice that each question's buttons stand at."""
    return [state.get("choice") for state in states(messages)]


def displays(messages):
    """All that the cell displays, by MIME types."""
    return [message["content"]["data"] for message in messages if message["msg_type"] == "display_data"]


def displayed(messages):
    """What the cell displays; of buttons, what stands there without them."""
    first, *others = displays(messages)
    assert all(WIDGET in other for other in others)
    return first
