"""A line below a cell that says, when a check takes long, that it still runs and how to stop it."""

from __future__ import annotations

import contextvars
import threading
import time
import uuid
from html import escape
from typing import Any

from course_utils.translation import say, to_say

FIRST, NEXT = 4.0, 2.0  # seconds before the line appears, and between its changes
RUNNING = to_say("{task}: still running after {seconds} s; ■ in the toolbar stops it")


class Alive:
    """While it lasts, a thread looks at the clock. publisher: the shell's, None where nobody could see the line."""

    def __init__(self, task: str, publisher: Any) -> None:
        self._task, self._publisher = task, publisher
        self._display: str | None = None
        self.was_interrupted = False
        self._over = threading.Event()

    def __enter__(self) -> Alive:
        self.began = time.monotonic()
        if self._publisher is not None:
            run = contextvars.copy_context().run  # in which the kernel knows the cell that is running
            self._thread = threading.Thread(target=run, args=(self._watch,), daemon=True)
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._publisher is not None:
            self._thread.join()

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self.began

    def show(self, data: dict[str, str], metadata: dict[str, Any] | None = None) -> None:
        """Show this, in the place of the line where there is one. metadata: what is saved with it, unseen."""
        if self._display is None:
            self._publisher.publish(data, metadata)
        else:
            self._publisher.publish(data, metadata, transient={"display_id": self._display}, update=True)

    def _watch(self) -> None:
        while not self._over.wait(NEXT if self._display else FIRST):
            line = say(RUNNING, task=self._task, seconds=f"{self.seconds:.0f}")
            data = {"text/html": f"<i role='status'>{escape(line)}</i>", "text/plain": line}
            if self._display is None:
                shown = uuid.uuid4().hex
                self._publisher.publish(data, transient={"display_id": shown})
                self._display = shown
            else:
                self.show(data)
