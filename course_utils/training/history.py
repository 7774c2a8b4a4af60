"""What a training run leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from torch import Tensor

from course_utils.errors import UsageError
from course_utils.translation import say, to_say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_STOPPED = {"diverged": to_say("diverged"), "interrupted": to_say("interrupted")}


@dataclass(repr=False)
class History:
    """The course of one training run, epoch by epoch, and the parameters that it ended with.

    `epochs` counts from 1; `perplexities` have no unit (1 is certainty, `vocab_size` a uniform guess), and the
    last is the final one; `seconds` is the time of each epoch, without plots and samples; `samples` are pairs of
    epoch and text; `params` are the trained tensors themselves; `stopped` says why the run ended early, and is `None`
    if it did not.
    """

    epochs: list[int] = field(default_factory=list)
    perplexities: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    samples: list[tuple[int, str]] = field(default_factory=list)
    params: list[Tensor] = field(default_factory=list)
    stopped: Literal["diverged", "interrupted"] | None = None
    go_on: Callable[[], None] | None = field(default=None, compare=False)  # set by the trainer: see `resume`

    def record(self, epoch: int, perplexity: float, seconds: float) -> None:
        """Adds a finished epoch: its number, its perplexity and its time in seconds."""
        self.epochs.append(epoch)
        self.perplexities.append(perplexity)
        self.seconds.append(seconds)

    def resume(self) -> History:
        """Goes on with a run that was interrupted, to the same numbers as without the break; returns this history.

        Parameters and random generators are set as they were after the last whole epoch. Raises UsageError where there
        is nothing to go on with.
        """
        if self.go_on is None:
            raise UsageError(self._why_not())
        self.go_on()
        return self

    def _why_not(self) -> str:
        if self.stopped == "diverged":
            return say("This run diverged, so it cannot go on: train again from new parameters.")
        if self.stopped == "interrupted":
            return say("This run cannot go on: its trainer is no longer in memory. Train again from the beginning.")
        return say("This run was not interrupted: it has trained all of its epochs. Train again with more of them.")

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "go_on": None}  # a copy, or a pickle, cannot go on

    def plot(self, ax: Axes | None = None, label: str | None = None) -> Axes:
        """Draws perplexity over epochs, on new axes by default; `label` names the curve. Returns the axes."""
        from course_utils.training.plots import plot_perplexity  # lazily: only a plot needs matplotlib

        return plot_perplexity(self if label is None else {label: self}, ax)

    def __repr__(self) -> str:
        figures = self._figures()
        if self.stopped:
            figures = say("{figures}, {stopped}", figures=figures, stopped=say(_STOPPED[self.stopped]))
        return f"History({figures})"

    def _figures(self) -> str:
        if not self.epochs:
            return say("no epoch")
        told = {
            "count": len(self.epochs),
            "perplexity": f"{self.perplexities[-1]:.4g}",
            "seconds": f"{sum(self.seconds):.1f}",
        }
        if len(self.epochs) == 1:
            return say("1 epoch, perplexity {perplexity}, {seconds} s", **told)
        return say("{count} epochs, perplexity {perplexity}, {seconds} s", **told)
