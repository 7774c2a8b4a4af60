"""The plot of runs that are still trained: SVG, so quick that it is drawn again with every line of text.

Its words take the page's colour, so that it can be read in a light theme and in a dark one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from math import log

from course_utils.style import COLORS, DASHES
from course_utils.training.plots import READABLE, PlottedRun, round_numbers
from course_utils.translation import say

WIDTH, HEIGHT = 512, 288  # pixels of the page
LEFT, RIGHT, TOP, BOTTOM = 64, 452, 12, 244  # where the axes are; right of them is room for a number
POINTS = 400  # of a curve, at most

Point = tuple[float, float]


def sketch(runs: Sequence[PlottedRun], num_epochs: int, description: str) -> str:
    """Perplexity over epochs, on a logarithmic axis from 1 to where the runs began; the last run has its number.

    `description` is what somebody hears who cannot see it. Perplexities that are not finite, or larger than READABLE,
    are left out.
    """
    curves = [_drawable(run) for run in runs]
    top = max([10.0, *(value * 1.1 for curve in curves for _, value in curve)])

    def place(epoch: float, value: float) -> Point:
        share = log(max(value, 1.0)) / log(top)
        return LEFT + (RIGHT - LEFT) * epoch / num_epochs, BOTTOM - (BOTTOM - TOP) * share

    parts = list(_axes(place, top, num_epochs))
    for number, curve in enumerate(curves):
        parts += _curve([place(*point) for point in curve], number % len(COLORS))
    if curves and curves[-1]:
        parts.append(_number(place(*curves[-1][-1]), curves[-1][-1][1], COLORS[(len(curves) - 1) % len(COLORS)]))
    return (
        f'<svg role="img" aria-label="{escape(description)}" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12" '
        f'style="color: var(--jp-content-font-color1, currentColor)" fill="currentColor">{"".join(parts)}</svg>'
    )


def _drawable(run: PlottedRun) -> list[Point]:
    points: list[Point] = [
        (epoch, value) for epoch, value in zip(run.epochs, run.perplexities, strict=False) if value < READABLE
    ]
    step = max(1, len(points) // POINTS)
    return points[:-1:step] + points[-1:]


def _axes(place: Callable[[float, float], Point], top: float, num_epochs: int) -> Iterable[str]:
    faint = 'stroke="currentColor" stroke-opacity="0.2"'
    ticks = round_numbers(1, top, (1, 2, 5))
    if len(ticks) > 10:
        ticks = round_numbers(1, top, (1,))
    for value in ticks:
        y = place(0, value)[1]
        yield f'<path d="M{LEFT} {y:.1f}H{RIGHT}" {faint}/>'
        yield f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:,.0f}</text>'
    for epoch in _epochs(num_epochs):
        x = place(epoch, 1)[0]
        yield f'<path d="M{x:.1f} {TOP}V{BOTTOM}" {faint}/>'
        yield f'<text x="{x:.1f}" y="{BOTTOM + 16}" text-anchor="middle">{epoch}</text>'
    yield f'<text x="{(LEFT + RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">{escape(say("epoch"))}</text>'
    middle = (TOP + BOTTOM) / 2
    turned = f'transform="translate(14 {middle}) rotate(-90)" text-anchor="middle"'
    yield f"<text {turned}>{escape(say('perplexity'))}</text>"


def _epochs(num_epochs: int) -> list[int]:
    """Four to ten round numbers from 0 on, or all of a few."""
    step = next(step for step in round_numbers(1, 1e9, (1, 2, 5)) if num_epochs / step <= 8)
    return list(range(0, num_epochs + 1, int(step)))


def _curve(points: Sequence[Point], number: int) -> Iterable[str]:
    color, dashes = COLORS[number], " ".join(str(2 * dash) for dash in DASHES[number])
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    yield f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="2" stroke-dasharray="{dashes}"/>'
    for x, y in points[-1:]:
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{color}"/>'


def _number(place: Point, value: float, color: str) -> str:
    return f'<text x="{place[0] + 8:.1f}" y="{place[1] + 4:.1f}" style="font-weight: bold">{value:.4g}</text>'
