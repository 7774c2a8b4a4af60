"""Draws rnn.svg, unrolled.svg, minibatches.svg and bptt.svg beside this file: `python notebooks/images/draw.py`.

All text becomes paths, so that a drawing looks the same whatever fonts a reader has; title and description stay text.
Each drawing has a page of its own colour and is legible in light and dark mode.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

BLUE, RED, INK, SOFT, PAGE = "#2f6fb7", "#c0392b", "#2b2b33", "#6a6a75", "#ffffff"
HERE = Path(__file__).resolve().parent


def sheet(width: float, height: float) -> tuple[Figure, Axes]:
    """An empty page; one unit is 100 pixels."""
    figure = Figure(figsize=(width, height), facecolor=PAGE)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, width), ylim=(0, height))
    ax.axis("off")
    return figure, ax


def box(ax: Axes, x: float, y: float, text: str, width: float = 1.3, edge: str = BLUE) -> None:
    """A rounded box with a text, its middle at (x, y)."""
    corner = (x - width / 2, y - 0.3)
    ax.add_patch(
        FancyBboxPatch(corner, width, 0.6, boxstyle="round,pad=0.02,rounding_size=0.12", fc=PAGE, ec=edge, lw=2)
    )
    ax.text(x, y, text, ha="center", va="center", color=INK, size=17)


def arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float], color: str = INK, width: float = 1.6) -> None:
    """An arrow from start to end."""
    style = {
        "arrowstyle": "-|>,head_width=0.28,head_length=0.5",
        "color": color,
        "lw": width,
        "shrinkA": 0,
        "shrinkB": 0,
    }
    ax.annotate("", end, start, arrowprops=style)


def note(ax: Axes, x: float, y: float, text: str, color: str = SOFT, size: float = 13, **options: object) -> None:
    """A text without a box."""
    ax.text(x, y, text, **{"ha": "center", "va": "center", "color": color, "size": size} | options)


def rnn() -> Figure:
    """One step."""
    figure, ax = sheet(8, 3.6)
    note(ax, 0.8, 1.8, r"$\mathbf{H}_{t-1}$", INK, 18)
    note(ax, 3.6, 0.4, r"$\mathbf{X}_t$", INK, 18)
    box(ax, 3.6, 1.8, r"$\tanh(\;\cdot\;+\;\mathbf{b}_h)$", 2.2)
    note(ax, 7.2, 1.8, r"$\mathbf{H}_t$", INK, 18)
    box(ax, 6.0, 2.75, r"$\mathbf{W}_{hq}, \mathbf{b}_q$", 1.5, SOFT)
    note(ax, 7.6, 3.3, r"$\mathbf{Y}_t$", INK, 18)
    arrow(ax, (1.2, 1.8), (2.45, 1.8))
    note(ax, 1.8, 2.07, r"$\mathbf{W}_{hh}$", BLUE, 16)
    arrow(ax, (3.6, 0.65), (3.6, 1.45))
    note(ax, 4.05, 1.0, r"$\mathbf{W}_{xh}$", BLUE, 16)
    arrow(ax, (4.75, 1.8), (6.9, 1.8))
    arrow(ax, (6.0, 1.8), (6.0, 2.4))
    arrow(ax, (6.78, 2.9), (7.4, 3.2))
    note(ax, 0.8, 1.35, "old state")
    note(ax, 2.75, 0.4, "input", ha="right")
    note(ax, 7.2, 1.35, "new state,\nto the next step")
    note(ax, 6.9, 3.35, "scores", ha="right")
    return figure


def chain(ax: Axes, y: float = 1.8) -> list[float]:
    """Three steps side by side; returns where the states stand."""
    places = [2.3, 4.9, 7.5]
    for step, x in enumerate(places, 1):
        box(ax, x, y, rf"$\mathbf{{H}}_{step}$", 1.1)
        note(ax, x, y - 1.35, rf"$\mathbf{{X}}_{step}$", INK, 17)
        arrow(ax, (x, y - 1.1), (x, y - 0.34))
        arrow(ax, (x, y + 0.34), (x, y + 1.05))
        note(ax, x, y + 1.3, rf"$\mathbf{{Y}}_{step}$", INK, 17)
        note(ax, x + 0.12, y - 0.75, r"$\mathbf{W}_{xh}$", BLUE, 14, ha="left")
        note(ax, x + 0.12, y + 0.68, r"$\mathbf{W}_{hq}$", BLUE, 14, ha="left")
    note(ax, 0.5, y, r"$\mathbf{H}_0$", INK, 17)
    for left, right in zip([0.75, *[x + 0.6 for x in places]], [x - 0.6 for x in [*places, 9.4]], strict=True):
        arrow(ax, (left, y), (right, y))
        note(ax, (left + right) / 2, y + 0.24, r"$\mathbf{W}_{hh}$", BLUE, 14)
    return places


def unrolled() -> Figure:
    """Three steps with the same weights."""
    figure, ax = sheet(9.2, 3.8)
    chain(ax, 2.05)
    note(ax, 4.6, 0.2, "the same weights at every step")
    return figure


def bptt() -> Figure:
    """The gradient's way back from the last step's loss."""
    figure, ax = sheet(9.2, 4.3)
    places = chain(ax, 2.05)
    note(ax, 7.1, 3.95, "loss", RED, 15)
    arrow(ax, (7.1, 3.8), (7.1, 2.4), RED, 3)
    for right, left in zip(places[::-1], [*places[:-1][::-1], 0.5], strict=True):
        arrow(ax, (right - 0.45, 1.62), (left + 0.35, 1.62), RED, 3)
        middle = (right + left) / 2 - 0.05
        note(
            ax,
            middle,
            1.33,
            r"$\times\,\tanh^{\prime}\,\mathbf{W}_{hh}^{\top}$",
            RED,
            14,
            bbox={"fc": PAGE, "ec": "none", "pad": 1},
        )
    note(ax, 4.6, 0.2, "each step back multiplies the gradient by the slope of tanh and by the transposed weights")
    return figure


def minibatches() -> Figure:
    """Consecutive minibatches: rows of the text, columns as minibatches, the state handed on along a row."""
    figure, ax = sheet(9.2, 4.4)
    width, height = 3.0, 0.42
    for row in range(4):
        y = 3.0 - 0.62 * row
        for column, color in enumerate(("#dbe8f6", "#fbe3d4")):
            x = 1.3 + column * (width + 0.3)
            ax.add_patch(Rectangle((x, y), width, height, fc=color, ec=INK, lw=1.2))
            for cell in range(1, 5):
                ax.plot([x + cell * width / 5] * 2, [y, y + height], color=INK, lw=0.5)
            ax.add_patch(Rectangle((x + width / 5, y - 0.07), width, height, fc="none", ec=RED, lw=1.4, ls=(0, (3, 2))))
        arrow(ax, (1.3 + width - 0.05, y + height / 2), (1.3 + width + 0.42, y + height / 2), BLUE, 2.6)
        note(ax, 1.15, y + height / 2, f"row {row + 1}" if row < 3 else "row 32", ha="right")
        note(ax, 8.1, y + height / 2, "…", INK, 16)
    note(ax, 0.55, 1.62, "⋮", INK, 16)
    note(ax, 1.3 + width / 2, 3.75, "minibatch 1: T columns of every row", INK)
    note(ax, 1.3 + 1.5 * width + 0.3, 3.75, "minibatch 2: the next T columns", INK)
    note(ax, 4.6, 4.15, "the text, folded into 32 long rows", SOFT)
    note(ax, 1.3, 0.68, "→  the state of each row is carried on to the next minibatch", BLUE, ha="left")
    note(ax, 1.3, 0.3, "- -  targets: the same columns, one character further", RED, ha="left")
    return figure


DRAWINGS = {  # name: what draws it, title, description
    "rnn": (
        rnn,
        "One step of a plain recurrent network",
        "The old state times W_hh, the input times W_xh and a bias are added and go through tanh; the new state goes on "
        "to the next step, and through W_hq to the scores.",
    ),
    "unrolled": (
        unrolled,
        "Three steps of a recurrent network",
        "Each state goes on to the next step; each step has its own input below and its own scores above; the weights "
        "are the same at every step.",
    ),
    "bptt": (
        bptt,
        "Backpropagation through time",
        "The gradient goes from the loss at the last step back to the first state; each step back multiplies it by the "
        "slope of tanh and by W_hh transposed.",
    ),
    "minibatches": (
        minibatches,
        "Consecutive minibatches",
        "The text is folded into rows; a minibatch is T columns of all rows, the next one the following T columns; the "
        "state of each row is carried on; targets are one character further.",
    ),
}


def svg(name: str) -> str:
    """The text of one file."""
    make, title, description = DRAWINGS[name]
    with matplotlib.rc_context({"svg.fonttype": "path", "svg.hashsalt": name, "mathtext.fontset": "stix"}):
        stream = io.StringIO()
        make().savefig(stream, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    drawing = stream.getvalue()
    names = f'<title id="title">{title}</title>\n <desc id="description">{description}</desc>'
    drawing = re.sub(r"<svg ", '<svg role="img" aria-labelledby="title description" ', drawing, count=1)
    return re.sub(r"(<svg[^>]*>)", rf"\1\n {names}", drawing, count=1)


def main() -> None:
    """Write all drawings."""
    for name in DRAWINGS:
        (HERE / f"{name}.svg").write_text(svg(name), encoding="utf-8")


if __name__ == "__main__":
    main()
