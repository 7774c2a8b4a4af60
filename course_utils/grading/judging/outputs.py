"""A cell's outputs, made from a kernel's messages: limited in size, and harmless where they are shown."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from course_utils.grading.judging.safe_html import safe_html
from course_utils.sandbox.protocol.limits import MEBI
from course_utils.text import ANSI, error_line, tidy
from course_utils.translation import say

MAX_REASON = 12  # lines of what an instructor's assertion says
PLAIN = ("text/plain", "image/png", "image/jpeg")


class Flood(Exception):
    """A cell has far more output than it may have."""


class Outputs:
    """The outputs of one cell as they come. `shown` maps display ids to outputs, for all cells of a notebook.

    max_size: characters that a kernel of ours passes on per cell; a kernel that sends twice as many has been changed.
    An output that is shown in several places at once counts for each. `size` is the number of characters so far.
    """

    def __init__(self, shown: dict[str, list[NotebookNode]] | None = None, max_size: int = MEBI) -> None:
        self.nodes: list[NotebookNode] = []
        self.failed = False
        self.number: float | None = None  # the value of the cell's last expression, where it is a number
        self._shown = {} if shown is None else shown
        self.size, self._max_size, self._clear = 0, 2 * max_size, False

    def add(self, message: dict[str, Any]) -> None:
        """Take one message of the kernel; what makes no sense is left out. Raises Flood."""
        self._count(message)
        kind = message.get("is")
        if kind == "clear":
            self._clear = bool(message.get("wait"))
            if not self._clear:
                self.nodes.clear()
            return
        if self._clear and kind != "update":
            self.nodes.clear()
            self._clear = False
        handle = {"stream": self._stream, "error": self._error, "display": self._display, "result": self._result,
                  "update": self._update}.get(str(kind))  # fmt: skip
        if handle:
            handle(message)

    def _count(self, message: dict[str, Any], times: int = 1) -> None:
        self.size += max(0, times) * len(json.dumps(message, default=str))
        if self.size > self._max_size:
            raise Flood

    def _stream(self, message: dict[str, Any]) -> None:
        name, text = ("stderr" if message.get("name") == "stderr" else "stdout"), str(message.get("text", ""))
        last = self.nodes[-1] if self.nodes else None
        if last is not None and last.output_type == "stream" and last.name == name:
            last.text += text
        else:
            self.nodes.append(new_output("stream", name=name, text=text))

    def _error(self, message: dict[str, Any]) -> None:
        self.failed = True
        traceback = message.get("traceback")
        lines = [str(line) for line in traceback] if isinstance(traceback, list) else []
        ename, evalue = str(message.get("ename", "Error")), str(message.get("evalue", ""))
        self.nodes.append(new_output("error", ename=ename, evalue=evalue, traceback=lines))

    def _display(self, message: dict[str, Any]) -> None:
        node = new_output("display_data", data=safe_bundle(message.get("data")))
        if isinstance(message.get("place"), str):
            self._shown.setdefault(message["place"], []).append(node)
        self.nodes.append(node)

    def _update(self, message: dict[str, Any]) -> None:
        places = self._shown.get(str(message.get("place")), ())
        self._count(message, len(places) - 1)
        bundle = safe_bundle(message.get("data")) if places else {}
        for node in places:
            node.data = NotebookNode(bundle)

    def _result(self, message: dict[str, Any]) -> None:
        data = safe_bundle(message.get("data"))
        self.nodes.append(new_output("display_data", data=data))  # no "execute_result": nbgrader reads points from one
        try:
            self.number = float(data.get("text/plain", ""))
        except ValueError:
            self.number = None


def safe_bundle(data: Any) -> dict[str, str]:
    """A mimebundle of text, pictures and harmless HTML; an SVG becomes a picture, in which no script runs."""
    given = (
        {str(kind): value for kind, value in data.items() if isinstance(value, str)} if isinstance(data, dict) else {}
    )
    safe = {kind: given[kind] for kind in PLAIN if kind in given}
    if "text/html" in given:
        safe["text/html"] = safe_html(given["text/html"])
    elif "image/svg+xml" in given:
        picture = b64encode(given["image/svg+xml"].encode()).decode()
        safe["text/html"] = f'<img alt="" src="data:image/svg+xml;base64,{picture}">'
    elif "text/markdown" in given and "text/plain" not in given:
        safe["text/plain"] = given["text/markdown"]
    return safe or {"text/plain": say("(an output of a kind that is not shown here)")}


def why_failed(outputs: Outputs) -> str:
    """What a cell raised: the error in one line, and the lines below it that an instructor has written."""
    name, message = error_in(outputs)
    first = error_line("" if name == "CheckFailed" else name, message).removeprefix(": ")
    more = [tidy(line, 400) for line in ANSI.sub("", message).splitlines() if line.strip()][1:MAX_REASON]
    return "\n".join([first, *more])


def error_in(outputs: Outputs) -> tuple[str, str]:
    """Name and message of what a cell raised."""
    for node in outputs.nodes:
        if node.output_type == "error":
            return node.ename, node.evalue
    return "", say("the cell did not run to its end")
