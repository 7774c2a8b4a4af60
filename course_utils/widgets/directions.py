"""The characters that a step's scores have read, to be explored: with one direction, two, and around a gap."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from course_utils.translation import say
from course_utils.widgets.explorer import Explorer, choice, script, slider

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LINE = "求你把我从黑名单捞出来"  # of the course's lyrics: the last character is the last step's target
STEPS = len(LINE) - 1
ONE, BOTH, GAP = "one", "both", "gap"
# joined -> the distances in steps from t to the forward state, the backward state (None: not used) and the target
JOINED: dict[str, tuple[int, int | None, int]] = {ONE: (0, None, 1), BOTH: (0, 0, 1), GAP: (-1, 1, 0)}
CHARACTERS, FORWARD, BACKWARD, SCORES = 0.0, 1.25, 2.3, 3.4  # heights of the rows
LEAK = "#c22f3d"


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
    def read(self) -> set[int]:
        """The characters that the scores have read."""
        return {*self.forward, *self.backward}

    @property
    def is_leak(self) -> bool:
        """Whether the scores have read their own target."""
        return self.target in self.read


def sight(settings: SightSettings) -> Sight:
    """The characters that have been read when step `t` of 10 is scored.

    "one" direction reads →H_t and predicts character t + 1, as a language model does; "both" read →H_t and ←H_t and
    predict the same; around a "gap" they read →H_{t−1} and ←H_{t+1} and predict character t.

    Raises `ValueError` for a step that is not between 1 and 10. Source: Schuster and Paliwal 1997, figure 3.
    """
    if settings.step not in range(1, STEPS + 1):
        raise ValueError(f"step must be from 1 to {STEPS}, not {settings.step}.")
    before, after, to_target = JOINED[settings.joined]
    backward = range(0) if after is None else range(settings.step + after, STEPS + 1)
    return Sight(range(1, settings.step + before + 1), backward, settings.step + to_target)


def sight_explorer() -> Explorer:
    """A line of ten steps, the states that run over it, and the characters that one step's scores have read.

    Buttons choose the states that are joined, a slider the step. The picture follows them; `sight` says what is drawn.
    Returns a widget, which a cell shows that ends with it. It moves in the page, without a kernel. Source: Schuster and
    Paliwal 1997, figure 3.
    """
    labels = {ONE: say("one direction"), BOTH: say("both directions"), GAP: say("both, around a gap")}
    return _SightExplorer(
        settings=asdict(SightSettings()),
        controls=[choice("joined", say("the scores read"), labels), slider("step", say("step t"), 1, STEPS, 1)],
        data={"line": LINE, "steps": STEPS, "joined": {name: list(steps) for name, steps in JOINED.items()}},
        texts={
            "picture": say("The line's characters, the states over them, and the states that one step's scores read"),
            "free": say(
                "{joined}, t = {step}: the scores have read characters {read}. "
                "They predict character {target}, which they have not read."
            ),
            "leak": say(
                "{joined}, t = {step}: the scores have read characters {read}. "
                "They predict character {target}, and have read it: a leak."
            ),
            "scores": say("scores Y"),
            "backward": say("H from the right"),
            "forward": say("H from the left"),
            "characters": say("characters X"),
        },
    )


def _ranges(steps: set[int]) -> str:
    """Such as 1–4, 6–10."""
    runs = [[step for _, step in run] for _, run in groupby(enumerate(sorted(steps)), lambda pair: pair[1] - pair[0])]
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


class _SightExplorer(Explorer):
    _esm = script("directions")

    def response(self) -> Sight:
        return sight(SightSettings(**self.settings))

    def sentence(self) -> str:
        return "leak" if self.response().is_leak else "free"

    def parts(self) -> dict[str, str]:
        seen = self.response()
        return {"read": _ranges(seen.read), "target": str(seen.target)}

    def draw(self, figure: Figure) -> None:
        from course_utils.style import COLORS, INK

        seen, step = self.response(), self.settings["step"]
        ax = figure.add_axes((0.01, 0.02, 0.98, 0.88))
        ax.set(xlim=(0.3, STEPS + 4.3), ylim=(-0.75, SCORES + 0.45))
        ax.set_axis_off()
        ax.set_title(self.in_words(), loc="left", fontsize=9, color=INK)
        last = seen.forward.stop - 1 if seen.forward else None
        _draw_row(ax, (FORWARD, -0.2, COLORS[0]), seen.forward, last, step)
        if self.settings["joined"] != ONE:
            first = seen.backward.start if seen.backward else None
            _draw_row(ax, (BACKWARD, 0.2, COLORS[1]), seen.backward, first, step)
        verdict, mark = (LEAK, "✗") if seen.is_leak else (COLORS[2], "✓")
        for place, character in enumerate(LINE, start=1):
            edge = "#77777f" if place <= STEPS else "#cfcfd4"  # the last is the first of the next minibatch
            face = "#efe6c8" if place in seen.read else "#ffffff"
            ax.scatter(place, CHARACTERS, s=620, marker="s", linewidths=1.6, facecolors=face, edgecolors=edge)
            ax.text(place, CHARACTERS - 0.02, character, ha="center", va="center", fontsize=13, color=INK)
            ax.text(place, -0.62, str(place), ha="center", fontsize=8, color=INK)
        ax.scatter(seen.target, CHARACTERS, s=1050, marker="s", facecolors="none", linewidths=3, edgecolors=verdict)
        ax.text(seen.target + 0.33, -0.61, mark, color=verdict, ha="center", va="center", fontsize=14)
        ax.scatter(step, SCORES, s=520, marker="s", linewidths=1.6, edgecolors=INK, facecolors="white")
        ax.text(step, SCORES, "$Y_t$", ha="center", va="center", fontsize=11, color=INK)
        for height, name, color in (
            (SCORES, "scores", INK),
            (BACKWARD, "backward", COLORS[1]),
            (FORWARD, "forward", COLORS[0]),
            (CHARACTERS, "characters", INK),
        ):
            ax.text(STEPS + 1.6, height, self.texts[name], va="center", color=color, fontsize=10)


def _draw_row(ax: Axes, look: tuple[float, float, str], steps: range, last: int | None, scored: int) -> None:
    """One direction's states: the `steps` that have been read are filled, up to `last`, which step `scored` reads.

    `look` is the height of the row, how far its wires stand aside, and its colour.
    """
    height, aside, color = look
    wide = 1.75 * aside  # past the other row's states
    wires = [[(step + wide, CHARACTERS + 0.3), (step + 0.9 * aside, height)] for step in steps]
    wires += [[(step, height), (step + 1, height)] for step in steps[:-1]]
    if last is not None:
        bend = [(scored + wide, BACKWARD)] if height < BACKWARD else []
        wires.append([(last, height), *bend, (scored + aside, SCORES - 0.2)])
    for wire in wires:
        ax.plot(*zip(*wire, strict=True), color=color, linewidth=2.2, zorder=1)
    heads = [step + 0.5 for step in steps[:-1]]
    ax.scatter(heads, [height] * len(heads), s=34, marker=">" if aside < 0 else "<", color=color, zorder=2)
    faces = [color if step in steps else "#ffffff" for step in range(1, STEPS + 1)]
    ax.scatter(range(1, STEPS + 1), [height] * STEPS, s=210, c=faces, linewidths=1.6, edgecolors=color, zorder=3)
