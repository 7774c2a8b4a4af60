"""Progress in a notebook: a growing plot, a line and buttons in one display, which ends as a plain picture.

When a run ends the widgets are gone, as a saved notebook would keep dead ones; nothing goes to stderr, as nbgrader
gives no points for such a cell.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape

from course_utils.frontend import in_notebook, this_cell
from course_utils.training.history import History
from course_utils.training.pause import Buttons
from course_utils.training.progress import Bar, Display, current_experiment, perplexity_now
from course_utils.translation import say

_cell, _runs_of_the_cell = "", list[History]()


@contextmanager
def live_plot(history: History, num_epochs: int) -> Iterator[Callable[[], bool]]:
    """Yields a function to call after each epoch, which says whether the run should stop.

    It shows nothing outside a notebook, or for a single epoch.
    """
    if experiment := current_experiment():
        with experiment.run(history, num_epochs) as after_epoch:
            yield after_epoch
    elif num_epochs == 1 or not in_notebook():
        yield lambda: False
    else:
        panel = _Panel(history, num_epochs)
        try:
            yield panel.advance
        finally:
            panel.end()


class _Panel:
    """What one run shows."""

    def __init__(self, history: History, num_epochs: int) -> None:
        self.runs, self.num_epochs = [*_runs_before(history), history], num_epochs
        self.history = history
        self.display, self.buttons = Display(), Buttons()
        self.has_buttons = False
        self.bar = Bar(num_epochs, self.write, unit=say("epoch"), initial=len(history.epochs))

    def advance(self) -> bool:
        self.bar.set_postfix_str(perplexity_now(self.history), refresh=False)
        self.bar.update()
        if self.buttons.is_paused and not self.buttons.is_stopped:
            at = {"epoch": len(self.history.epochs), "total": self.num_epochs}
            self.write(say("paused after epoch {epoch} of {total}", **at))
            self.buttons.wait()
            self.bar.unpause()  # its clock
        return self.buttons.is_stopped

    def write(self, line: str) -> None:
        from course_utils.training.sketch import sketch  # lazily: only a notebook needs matplotlib

        html = f"{sketch(self.runs, self.num_epochs, repr(self.history))}<pre>{escape(line)}</pre>"
        if self.has_buttons:
            self.buttons.say_above(html)
        elif self.buttons.can_be_shown():
            self.buttons.say_above(html)
            self.display.show({**self.buttons.bundle(), "text/plain": line})
            self.has_buttons = True
        else:
            self.display.show({"text/html": html, "text/plain": line})

    def end(self) -> None:
        """Leaves only the picture of the whole run."""
        from course_utils.training.plots import can_be_drawn, perplexity_picture  # lazily, as above

        self.bar.close()
        if can_be_drawn(self.history):
            picture = perplexity_picture(self.runs)
            size = {"width": picture["width"], "height": picture["height"]}
            data = {"image/png": picture["png"], "text/plain": repr(self.history)}
            self.display.show(data, metadata={"image/png": size})
        elif self.display.is_shown:
            self.display.show({"text/plain": repr(self.history)})
        self.buttons.close()


def _runs_before(history: History) -> list[History]:
    """The runs that this cell has trained before this one, which are drawn with it. From now on this is one of them."""
    global _cell, _runs_of_the_cell
    if this_cell() != _cell:
        _cell, _runs_of_the_cell = this_cell(), []
    before = [run for run in _runs_of_the_cell if run.epochs is not history.epochs]
    drawn = History(history.epochs, history.perplexities)  # without its parameters
    _runs_of_the_cell = [*before, drawn]
    return before
