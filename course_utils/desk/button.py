"""The button that hands in, in a notebook: it runs `course submit`, and shows what that says."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from course_utils.filesystem import REPOSITORY
from course_utils.frontend import someone_is_there
from course_utils.translation import language, say

COLOURED = ("FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE")  # a kernel has them set; what is shown here is plain text


def submit(assignment: str) -> None:
    """Shows a button that hands in the assignment, such as "gru", as `./course submit gru` does.

    A click hands in the saved file: save first. Where nobody can click (a notebook that is executed in one go) nothing
    is handed in. Returns nothing.
    """
    text = say("To hand in, save the notebook and run in a terminal: ./course submit {name}", name=assignment)
    bundle: dict[str, Any] = {"text/plain": text}
    if someone_is_there():
        bundle |= _button(assignment)._repr_mimebundle_() | bundle
    from IPython.display import display

    display(bundle, raw=True)


def _button(assignment: str) -> Any:
    from ipywidgets import HTML, Button, Layout, VBox

    label = say("Hand in {name}", name=assignment)
    button = Button(description=label, button_style="primary", layout=Layout(width="auto", align_self="flex-start"))
    page = HTML(_page([say("Save the notebook first: what is handed in is the file.")]))

    def hand_in(_: Any) -> None:
        button.disabled = True
        shown: list[str] = []
        try:
            for line in _lines(assignment):
                shown.append(line)
                page.value = _page(shown)
        finally:
            button.disabled = False

    button.on_click(hand_in)
    return VBox([button, page])


def _page(lines: list[str]) -> str:
    """The lines as they come, announced to screen readers."""
    style = "white-space: pre-wrap; word-break: normal; overflow-wrap: anywhere; line-height: 1.5"
    return f'<pre role="status" aria-live="polite" style="{style}">{escape(chr(10).join(lines))}</pre>'


def _lines(assignment: str) -> Iterator[str]:
    """What a process of its own says: a kernel may hold anything, and a test of it is no check of the file."""
    beside = Path(f"{assignment}.ipynb").absolute()
    if beside.exists():
        saved = time.strftime("%H:%M:%S", time.localtime(beside.stat().st_mtime))
        yield say("{name}, as it was saved at {time}", name=beside.name, time=saved)
    command = [sys.executable, "-m", "course_utils", "submit", str(beside) if beside.exists() else assignment]
    path = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH", "")]))
    environment = {name: value for name, value in os.environ.items() if name not in COLOURED}
    environment |= {"PYTHONPATH": path, "COURSE_LANG": language(), "PYTHONIOENCODING": "utf-8"}
    streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "stdin": subprocess.DEVNULL}
    with subprocess.Popen(command, env=environment, text=True, encoding="utf-8", **streams) as process:
        try:
            yield from (line.rstrip("\n") for line in process.stdout or ())
        finally:
            process.kill()  # when the student has interrupted it
    if "google.colab" in sys.modules and not beside.exists():
        yield say("Colab keeps the notebook elsewhere: File ▸ Download ▸ Download .ipynb, and upload that file.")
