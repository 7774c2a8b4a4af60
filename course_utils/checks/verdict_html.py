"""A verdict as HTML of the plainest kind: no script, no class, nothing that a notebook which is not trusted drops.

Text has the page's colours, or stands on its own ground: so it is legible in every theme.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any, NamedTuple

from course_utils.checks.hints import hints_for
from course_utils.checks.where import Shown
from course_utils.edition import WHERE
from course_utils.equations.render import equation_html, equation_text
from course_utils.translation import say, to_say

# mark, word, ground of the mark; its ink is white
RIGHT = "✓", to_say("right"), "#1a7f37"
WRONG = "✗", to_say("not right yet"), "#c62828"
OPEN = "○", to_say("to do"), "#5f6368"
WORTH = to_say(" ({worth})")  # behind the sentence
INK, MARKED, MARKED_INK = "#ffffff", "#ffe08a", "#1f1f1f"
EQUATION_FONT = "'Cambria Math','STIX Two Math','Latin Modern Math','Times New Roman',serif"


class Row(NamedTuple):
    """A criterion as it is listed; news: what its message says that was not said before."""

    passed: bool
    name: str
    news: Sequence[str]


def verdict_html(verdict: Any, help_line: str = "") -> str:
    """A `verdict.Verdict`, which shows itself so: the sentence first.

    help_line: where further help is, shown when something is wrong.
    """
    kind = RIGHT if verdict.passed else WRONG if verdict.is_begun else OPEN
    mark, word, ground = kind
    badge = (
        f"<strong style='background-color:{ground};color:{INK};border-radius:3px;padding:.1em .45em;"
        f"white-space:nowrap'>{mark} {escape(say(word))}</strong>"
    )
    sentence = "" if verdict.passed else f": {escape(verdict.sentence)}"
    worth = escape(say(WORTH, worth=verdict.worth)) if verdict.max_points else ""
    head = f"<div role='status'>{badge} <b>{escape(verdict.task)}</b>{sentence}{worth}</div>"
    body = [_lines(verdict.details), *map(equations, verdict.shown), _lines(verdict.notes), _criteria(verdict.rows)]
    if verdict.explanations and not verdict.passed and verdict.detail != WHERE:
        body.append(folded(hints_for(verdict.explanations[0].kind)))
    body += [_lines(verdict.remarks), _lines([help_line] if help_line and not verdict.passed else [])]
    return boxed(head + "".join(body), ground)


def boxed(content: str, ground: str = OPEN[2]) -> str:
    """What belongs together, behind a coloured line."""
    return (
        f"<div style='border-left:4px solid {ground};padding:.4em .9em;margin:.3em 0;line-height:1.5'>{content}</div>"
    )


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"<div>{escape(line)}</div>" for line in lines)


def equations(shown: Shown) -> str:
    """The equations below their line, each with its text as the name that a screen reader reads."""
    marked = f"<mark style='background-color:{MARKED};color:{MARKED_INK};padding:.1em .15em;border-radius:3px'>"
    style = f"font-family:{EQUATION_FONT};font-size:115%;line-height:1.8;padding-left:1.5em"
    pairs = zip(shown.lines(equation_html), shown.lines(equation_text), strict=True)
    return _lines([shown.head] if shown.head else []) + "".join(
        f"<div role='math' aria-label='{escape(name)}' style='{escape(style)}'>{drawn.replace('<mark>', marked)}</div>"
        for drawn, name in pairs
    )


def _criteria(rows: Sequence[Row]) -> str:
    items = "".join(map(_criterion, rows))
    return f"<ul style='list-style:none;margin:.4em 0;padding:0'>{items}</ul>" if items else ""


def _criterion(row: Row) -> str:
    mark, word, _ = RIGHT if row.passed else WRONG
    lines = "".join(f"<div style='padding-left:1.5em'>{escape(line)}</div>" for line in row.news)
    named = say("{word}: {name}", word=say(word), name=row.name)
    return f"<li>{mark} {escape(named)}{lines}</li>"


def folded(hints: tuple[str, ...]) -> str:
    """One hint at a time: each fold holds a hint and the next fold."""
    inner = ""
    for number, hint in reversed(list(enumerate(hints, start=1))):
        label = say("a hint") if number == 1 else say("another hint")
        inner = f"<details><summary>{escape(label)}</summary><div>{escape(hint)}</div>{inner}</details>"
    return inner
