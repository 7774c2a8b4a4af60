"""Progress in a notebook: a line of text and a growing plot in one display, which ends as a plain picture.

No widgets, as a saved notebook would keep dead ones; nothing on stderr, as nbgrader gives no points for such a cell.
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape

from tqdm import tqdm

from course_utils.frontend import in_notebook
from course_utils.training.history import History

LINE_EVERY = 0.5  # seconds
PLOT_EVERY = 1.0  # seconds, or more when drawing is slow:
PLOT_SHARE = 0.025  # the share of the time that may go into drawing


@contextmanager
def live_plot(history: History, num_epochs: int) -> Iterator[Callable[[], None]]:
    """Yields a function to call after each epoch. It shows nothing outside a notebook, or for a single epoch."""
    if num_epochs == 1 or not in_notebook():
        yield lambda: None
        return
    panel = _Panel(history, num_epochs)
    try:
        yield panel.advance
    finally:
        panel.end()


class _Bar(tqdm):
    monitor_interval = 0  # no thread that watches the bar


class _Panel:
    """The one display of a run. It is also the file to which tqdm writes its line."""

    def __init__(self, history: History, num_epochs: int) -> None:
        self.history, self.num_epochs = history, num_epochs
        self.handle = None
        self.picture: dict | None = None
        self.draw_after = 0.0
        self.bar = _Bar(
            total=num_epochs, unit="epoch", file=self, mininterval=LINE_EVERY, miniters=1, delay=LINE_EVERY,
            ncols=90, ascii=False, leave=False,
        )  # fmt: skip

    def advance(self) -> None:
        self.bar.set_postfix_str(f"perplexity {self.history.perplexities[-1]:.4g}", refresh=False)
        self.bar.update()

    def write(self, text: str) -> None:
        line = text.strip()
        if not line:  # tqdm wipes its line before and afterwards
            return
        html = f"<pre>{escape(line)}</pre>{_as_html(self._current_picture())}"
        self._show({"text/html": html, "text/plain": line})

    def flush(self) -> None:
        """tqdm asks for it; every write is shown at once."""

    def end(self) -> None:
        """Leaves only the picture of the whole run."""
        self.bar.close()
        if not any(map(math.isfinite, self.history.perplexities)):  # there is nothing to draw
            if self.handle is not None:
                self._show({"text/plain": repr(self.history)})
            return
        from course_utils.training.plots import perplexity_picture  # lazily: only a notebook needs matplotlib

        picture = perplexity_picture(self.history)
        size = {"width": picture["width"], "height": picture["height"]}
        data = {"image/png": picture["png"], "text/plain": repr(self.history)}
        self._show(data, metadata={"image/png": size})

    def _current_picture(self) -> dict:
        """The plot of the run so far, drawn again only when it is due."""
        from course_utils.training.plots import perplexity_picture  # lazily, as above

        if self.picture is None or time.monotonic() >= self.draw_after:
            start = time.monotonic()
            self.picture = perplexity_picture(self.history, num_epochs=self.num_epochs)
            end = time.monotonic()
            self.draw_after = end + max(PLOT_EVERY, (end - start) / PLOT_SHARE)
        return self.picture

    def _show(self, data: dict, metadata: dict | None = None) -> None:
        from IPython.display import display  # lazily: only a notebook needs it

        if self.handle is None:
            self.handle = display(data, metadata=metadata or {}, raw=True, display_id=True)
        else:
            self.handle.update(data, metadata=metadata or {}, raw=True)


def _as_html(picture: dict) -> str:
    return '<img src="data:image/png;base64,{png}" width="{width}" height="{height}">'.format(**picture)
