"""One bar for a long experiment: the runs in it are quiet, share one plot, and move the bar by their epochs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from typing import Any

from tqdm import tqdm

from course_utils.frontend import in_notebook, someone_is_there
from course_utils.training.history import History
from course_utils.translation import say, to_say

LINE_EVERY = 0.5  # seconds

_experiment: Experiment | None = None


@contextmanager
def progress(total: int, unit: str = to_say("runs")) -> Iterator[Callable[..., None]]:
    """Shows one bar for an experiment of `total` parts, which `unit` names; it vanishes at the end.

    A trainer that is called inside is one part. It prints nothing and shows no plot of its own: its epochs move the
    bar, and all runs are drawn on the same axes. For other work call what `with` yields, `advance(count=1)`, after each
    part. An interrupt ends the whole experiment. Nothing is shown where nobody looks, as in a notebook that is executed
    in one go; the runs are quiet all the same.
    """
    global _experiment
    before, _experiment = _experiment, Experiment(total, unit)
    try:
        yield _experiment.advance
    except KeyboardInterrupt:
        raise ExperimentInterrupted(_experiment.interrupted()) from None
    finally:
        _experiment.end()
        _experiment = before


def perplexity_now(history: History) -> str:
    """The newest perplexity of a run, in words."""
    return say("perplexity {value}", value=f"{history.perplexities[-1]:.4g}")


def current_experiment() -> Experiment | None:
    """The experiment inside of which this is called."""
    return _experiment


class ExperimentInterrupted(KeyboardInterrupt):
    """Somebody interrupted an experiment; the message says how far it had come."""

    def _render_traceback_(self) -> list[str]:
        """What IPython prints: the message, and no frames."""
        return str(self).splitlines()


class Experiment:
    """How far an experiment has come, and what is shown of it."""

    def __init__(self, total: int, unit: str) -> None:
        self.total, self.unit = total, unit
        self.done = 0.0
        self.runs: list[History] = []
        self.num_epochs = 1
        self.display = Display() if in_notebook() and someone_is_there() else None
        self.bar = Bar(total, self._write, bar_format="{desc} |{bar}| {elapsed}<{remaining}{postfix}")
        self._describe()

    def advance(self, count: float = 1) -> None:
        """Says that `count` parts more are done."""
        self.done += count
        self._describe()
        if self.display:
            self.bar.update(count)

    @contextmanager
    def run(self, history: History, num_epochs: int) -> Iterator[Callable[[], bool]]:
        """A trainer's run: yields what it calls after each epoch."""
        self.runs.append(history)
        self.num_epochs = max(self.num_epochs, num_epochs)
        share, end = 1 / num_epochs, self.done + 1

        def after_epoch() -> bool:
            self.bar.set_postfix_str(perplexity_now(history), refresh=False)
            self.advance(min(share, end - self.done))
            return False

        yield after_epoch
        if end - self.done > 1e-9:  # it ended early
            self.advance(end - self.done)

    def interrupted(self) -> str:
        """A sentence that says how far it came."""
        return say("interrupted: {done} of {total} {unit} were finished", **self._parts())

    def end(self) -> None:
        """Leaves nothing to see."""
        self.bar.close()
        if self.display:
            self.display.vanish()

    def _parts(self) -> dict[str, object]:
        return {"done": int(self.done + 1e-6), "total": self.total, "unit": say(self.unit)}

    def _describe(self) -> None:
        self.bar.set_description_str("{done}/{total} {unit}".format(**self._parts()), refresh=False)

    def _write(self, line: str) -> None:
        if self.display:
            plot = ""
            if self.runs:
                from course_utils.training.sketch import sketch  # lazily: only a notebook needs matplotlib

                plot = sketch(self.runs, self.num_epochs, line)
            self.display.show({"text/html": f"{plot}<pre>{escape(line)}</pre>", "text/plain": line})


class Bar(tqdm):
    """tqdm's line as text, handed to `write`; nothing on stderr, as nbgrader gives no points for such a cell."""

    monitor_interval = 0  # no thread that watches the bar

    def __init__(self, total: int, write: Callable[[str], None], **settings: Any) -> None:
        super().__init__(
            total=total, file=_Lines(write), mininterval=LINE_EVERY, miniters=0, delay=LINE_EVERY, ncols=60,
            ascii=False, leave=False, **settings,
        )  # fmt: skip


class _Lines:
    """A file for tqdm, which wipes its line before and afterwards."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    def write(self, text: str) -> None:
        if line := text.strip():
            self._write(line)

    def flush(self) -> None:
        """tqdm asks for it; every line is shown at once."""


class Display:
    """One place in a cell's output, whose content changes."""

    def __init__(self) -> None:
        self._handle: Any = None

    @property
    def is_shown(self) -> bool:
        """Whether anything was shown in it."""
        return self._handle is not None

    def show(self, data: dict[str, Any], metadata: dict[str, Any] | None = None) -> None:
        """Shows a bundle instead of what was there."""
        from IPython.display import display  # lazily: only a notebook needs it

        if self._handle is None:
            self._handle = display(data, metadata=metadata or {}, raw=True, display_id=True)
        else:
            self._handle.update(data, metadata=metadata or {}, raw=True)

    def vanish(self) -> None:
        """Shows nothing any more, if anything was shown: a bundle without data takes no room."""
        if self.is_shown:
            self.show({})
