"""Buttons below a run that is trained: pause and continue, and stop. They act when an epoch has ended.

While a run is paused its cell still runs and nothing is computed, so it goes on to the same numbers.
"""

from __future__ import annotations

import time
from typing import Any

from course_utils.frontend import answer_in_subshell, clicks_come_while_a_cell_runs, someone_is_there
from course_utils.translation import say

LOOK_EVERY = 0.05  # seconds, for a click while the run is paused


class Buttons:
    """Two buttons. They are made at once and shown only where a click comes while the cell runs.

    A front end that keeps clicks until the cell has ended, such as VS Code or Colab, shows none; there the notebook's
    own interrupt button stops a run.
    """

    def __init__(self) -> None:
        self.is_paused = self.is_stopped = False
        self._widgets: tuple[Any, ...] = _widgets() if someone_is_there() else ()
        if self._widgets:
            _, pause, stop, _ = self._widgets
            pause.on_click(self._pause_or_continue)
            stop.on_click(self._stop)
            for button in (pause, stop):
                answer_in_subshell(button)

    def can_be_shown(self) -> bool:
        """Whether a click would be heard now."""
        return bool(self._widgets) and clicks_come_while_a_cell_runs()

    def bundle(self) -> dict[str, Any]:
        """What shows the text and the buttons below it."""
        return dict(self._widgets[-1]._repr_mimebundle_())

    def say_above(self, html: str) -> None:
        """Puts other HTML above the buttons."""
        self._widgets[0].value = html

    def wait(self) -> None:
        """Returns when somebody has pressed Continue or Stop; an interrupt ends it, too."""
        while self.is_paused and not self.is_stopped:
            time.sleep(LOOK_EVERY)

    def close(self) -> None:
        """Forgets the widgets, when nothing shows them any more."""
        widgets, self._widgets = self._widgets, ()
        for widget in reversed(widgets):
            widget.close()

    def _pause_or_continue(self, pause: Any) -> None:  # in the subshell's thread, as _stop
        self.is_paused = not self.is_paused
        pause.description = say("Continue") if self.is_paused else say("Pause")

    def _stop(self, stop: Any) -> None:
        self.is_stopped = True
        stop.description = say("Stopping…")
        for button in self._widgets[1:3]:
            button.disabled = True


def _widgets() -> tuple[Any, ...]:
    """The text, the two buttons, and the box around them."""
    from ipywidgets import HTML, Button, HBox, VBox  # lazily: only a person at a front end needs them

    text = HTML()
    pause = Button(description=say("Pause"), tooltip=say("Pause after this epoch; nothing is lost"))
    stop = Button(description=say("Stop"), tooltip=say("Stop after this epoch and keep what was learnt"))
    return text, pause, stop, VBox([text, HBox([pause, stop])])
