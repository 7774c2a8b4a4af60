"""The characters that a step's scores have read, to be explored: with one direction, two, and around a gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course_utils.widgets.controls import Choice, Drawing, Slider, explore

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection
    from matplotlib.figure import Figure

LINE = "求你把我从黑名单捞出来"  # of the course's lyrics: the last character is the last step's target
STEPS = len(LINE) - 1
ONE, BOTH, GAP = "one direction", "both directions", "both, around a gap"
# joined -> the distances in steps from t to the forward state, the backward state (None: not used) and the target
JOINED: dict[str, tuple[int, int | None, int]] = {ONE: (0, None, 1), BOTH: (0, 0, 1), GAP: (-1, 1, 0)}
CONTROLS = ((Choice("joined", "the scores read", tuple(JOINED)), Slider("step", "step t", 1, STEPS, 1)),)
CHARACTERS, FORWARD, BACKWARD, SCORES = 0.0, 1.25, 2.3, 3.4  # heights of the rows


@dataclass(frozen=True)
class SightSettings:
    """The positions of slider and buttons: a step from 1 to 10, and the states from which its scores are computed."""

    joined: str = BOTH
    step: int = 5


@dataclass(frozen=True)
class Sight:
    """The characters that the scores of one step are computed from, as steps that count from 1.

    `forward` and `backward` are the characters that the forward and the backward state have read; `target` is the
    character that the scores are to predict.
    """

    forward: range
    backward: range
    target: int

    @property
    def is_leak(self) -> bool:
        """Whether the scores have read their own target."""
        return self.target in self.forward or self.target in self.backward


def sight(settings: SightSettings) -> Sight:
    """The characters that have been read when step `t` of 10 is scored.

    "one direction" reads →H_t and predicts character t + 1, as a language model does; "both directions" reads
    →H_t and ←H_t and predicts the same; "both, around a gap" reads →H_{t−1} and ←H_{t+1} and predicts character t.

    Raises `ValueError` for a step that is not between 1 and 10. Source: Schuster and Paliwal 1997, figure 3.
    """
    if settings.step not in range(1, STEPS + 1):
        raise ValueError(f"step must be from 1 to {STEPS}, not {settings.step}.")
    before, after, to_target = JOINED[settings.joined]
    backward = range(0) if after is None else range(settings.step + after, STEPS + 1)
    return Sight(range(1, settings.step + before + 1), backward, settings.step + to_target)


def sight_explorer() -> None:
    """Shows a line of ten steps, the states that run over it, and the characters that one step's scores have read.

    Buttons choose the states that are joined, a slider the step. The picture follows them; `sight` says what is drawn.
    Where nobody can move them only the picture of the first position is shown. Returns nothing. Source: Schuster and
    Paliwal 1997, figure 3.
    """
    explore(_DirectionsDrawing(), SightSettings(), CONTROLS)


class _DirectionsDrawing(Drawing):
    def lay_out(self, figure: Figure) -> Sequence[Artist]:
        from course_utils.style import COLORS, INK, use_chinese_font

        use_chinese_font()
        self.colors = {"forward": COLORS[0], "backward": COLORS[1], "answer": COLORS[2], "leak": "#c22f3d"}
        ax = figure.add_axes((0.01, 0.02, 0.98, 0.88))
        ax.set(xlim=(0.3, STEPS + 4.3), ylim=(-0.75, SCORES + 0.45))
        ax.set_axis_off()
        self.rows = {
            "forward": _Row(ax, FORWARD, -0.2, self.colors["forward"]),
            "backward": _Row(ax, BACKWARD, 0.2, self.colors["backward"]),
        }
        self.read = ax.scatter(range(1, STEPS + 2), [CHARACTERS] * (STEPS + 1), s=620, marker="s", linewidths=1.6)
        self.target = ax.scatter([0], [CHARACTERS], s=1050, marker="s", facecolors="none", linewidths=3)
        self.mark = ax.text(0, 0, "", ha="center", va="center", fontsize=14)
        self.scores = ax.scatter([0], [SCORES], s=520, marker="s", linewidths=1.6, edgecolors=INK, facecolors="white")
        texts = [
            ax.text(step, CHARACTERS - 0.02, char, ha="center", va="center", fontsize=13, color=INK)
            for step, char in enumerate(LINE, start=1)
        ]
        texts += [ax.text(step, -0.62, str(step), ha="center", fontsize=8, color=INK) for step in range(1, STEPS + 2)]
        for height, name, color in (
            (SCORES, "scores $Y_t$", INK),
            (BACKWARD, r"$\overleftarrow{H}$, from the right", self.colors["backward"]),
            (FORWARD, r"$\overrightarrow{H}$, from the left", self.colors["forward"]),
            (CHARACTERS, "characters $X$", INK),
        ):
            texts.append(ax.text(STEPS + 1.6, height, name, va="center", color=color, fontsize=10))
        self.caption = ax.set_title("", loc="left", fontsize=9.5, color=INK)
        self.label = ax.text(0, SCORES, "$Y_t$", ha="center", va="center", fontsize=11, color=INK)
        rows = self.rows.values()
        drawn = [*(row.wires for row in rows), *(row.heads for row in rows), *(row.states for row in rows)]
        return [*drawn, self.read, self.target, self.mark, self.scores, self.label, self.caption, *texts]

    def move(self, settings: SightSettings) -> None:
        seen = sight(settings)
        self.rows["forward"].move(seen.forward, seen.forward.stop - 1 if seen.forward else None, settings.step)
        self.rows["backward"].states.set_alpha(0.25 if settings.joined == ONE else None)  # there are none
        self.rows["backward"].move(seen.backward, seen.backward.start if seen.backward else None, settings.step)
        is_read = [step in seen.forward or step in seen.backward for step in range(1, STEPS + 2)]
        self.read.set_facecolor(["#efe6c8" if read else "#ffffff" for read in is_read])
        edges = [*["#77777f"] * STEPS, "#cfcfd4"]  # the last character is the first of the next minibatch
        self.read.set_edgecolor(edges)
        self.target.set_offsets([(seen.target, CHARACTERS)])
        verdict = self.colors["leak" if seen.is_leak else "answer"]
        self.target.set_edgecolor(verdict)
        self.mark.set(text="✗" if seen.is_leak else "✓", color=verdict, position=(seen.target + 0.33, -0.61))
        self.scores.set_offsets([(settings.step, SCORES)])
        self.label.set_x(settings.step)
        self.caption.set_text(self.alt_text(settings))

    def alt_text(self, settings: SightSettings) -> str:
        seen = sight(settings)
        read = [_from_to(steps) for steps in (seen.forward, seen.backward) if steps]
        verdict = "has been read: a leak" if seen.is_leak else "has not been read"
        return (
            f"{settings.joined}, t = {settings.step}: read {' and '.join(read) or 'nothing'}; "
            f"the target, character {seen.target}, {verdict}"
        )


class _Row:
    """The states of one direction; those on which the scores depend are filled with its colour."""

    def __init__(self, ax: Axes, height: float, aside: float, color: str) -> None:
        from matplotlib.collections import LineCollection

        self.height, self.aside, self.color = height, aside, color
        self.wires = LineCollection([], linewidths=2.2, colors=color, zorder=1)
        ax.add_collection(self.wires)
        self.heads: PathCollection = ax.scatter([], [], s=34, marker=">" if aside < 0 else "<", color=color, zorder=2)
        self.states: PathCollection = ax.scatter(
            range(1, STEPS + 1), [height] * STEPS, s=210, linewidths=1.6, edgecolors=color, zorder=3
        )

    def move(self, steps: range, last: int | None, scored: int) -> None:
        """Shows the `steps` that have been read, up to the state `last`, from which step `scored` gets its scores."""
        wide = 1.75 * self.aside  # past the other row's states
        wires = [[(step + wide, CHARACTERS + 0.3), (step + 0.9 * self.aside, self.height)] for step in steps]
        wires += [[(step, self.height), (step + 1, self.height)] for step in steps[:-1]]
        if last is not None:
            bend = [(scored + wide, BACKWARD)] if self.height < BACKWARD else []
            wires.append([(last, self.height), *bend, (scored + self.aside, SCORES - 0.2)])
        self.wires.set_segments(wires)
        self.heads.set_offsets([(step + 0.5, self.height) for step in steps[:-1]] or [(-9, -9)])
        self.states.set_facecolor([self.color if step in steps else "#ffffff" for step in range(1, STEPS + 1)])


def _from_to(steps: range) -> str:
    return f"{steps.start} to {steps.stop - 1}" if len(steps) > 1 else str(steps.start)
