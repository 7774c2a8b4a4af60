"""A question as HTML and as plain text, also for pages on which nobody can click."""

from __future__ import annotations

import re
from html import escape

from course_utils.quiz.bank import Bilingual, PublicQuestion, Question
from course_utils.translation import say

GREEN, RED, AMBER = "#3a9a4a", "#d64545", "#b7791f"  # for bars, 3:1 on white and on black; amber is no mistake


def head_html(question: PublicQuestion) -> str:
    """Its name, its text and its block."""
    block = f"<pre style='line-height:1.35;margin:0.5em 0'>{escape(question.block)}</pre>" if question.block else ""
    return f"<div><b>{question.id}</b> &ensp;{_lines_html(question.text)}{block}</div>"


def explanation_html(question: Question) -> str:
    """The explanation of the answer."""
    return _lines_html(question.explanation)


def folded_html(question: Question) -> str:
    """The whole question, its answer folded away behind it."""
    summary = say("the answer")
    choices = "".join(f"<li>{html(choice.line)}</li>" for choice in question.choices)
    answer = f"<b>{keys_text(question)}.</b> {explanation_html(question)}"
    folded = f"<details><summary>{summary}</summary><div>{answer}</div></details>"
    return f"<div style='margin-bottom:1.5em'>{head_html(question)}<ol>{choices}</ol>{folded}</div>"


def as_text(question: PublicQuestion) -> str:
    """The question and its numbered choices, without the answer."""
    choices = [f"    {i}. {label(choice)}" for i, choice in enumerate(question.choices, 1)]
    block = [f"    {line}".rstrip() for line in ["", *question.block.splitlines(), ""]] if question.block else []
    first, *others = map(plain, question.text.lines)
    return "\n".join([f"{question.id}  {first}", *(f"    {line}" for line in others), *block, *choices])


def keys_text(question: Question) -> str:
    """The numbers of the right choices: "2 or 3"."""
    first, *others = map(str, question.keys)
    for other in others:
        first = say("{choices} or {other}", choices=first, other=other)
    return first


def _lines_html(text: Bilingual) -> str:
    return "<br>".join(map(html, text.lines))


def html(text: str) -> str:
    """The text with what stands in backticks as code, and what stands between double stars in bold."""
    parts = re.split(r"(`[^`]+`)", escape(text))
    return "".join(
        f"<code>{part[1:-1]}</code>" if i % 2 else re.sub(r"\*\*(\S(?:[^*]*\S)?)\*\*", r"<strong>\1</strong>", part)
        for i, part in enumerate(parts)
    )


def plain(text: str) -> str:
    """The text without that markup."""
    parts = re.split(r"`([^`]+)`", text)
    return "".join(part if i % 2 else part.replace("**", "") for i, part in enumerate(parts))


def label(choice: Bilingual) -> str:
    """A choice in one line of plain text."""
    return plain(choice.line)


def boxed(colour: str, page: str) -> str:
    """A part of a page (HTML) with a bar in a colour at its left; its letters keep the page's own colour."""
    style = f"border-left:4px solid {colour};padding:.4em .9em;margin:.3em 0;line-height:1.5"
    return f"<div style='{style}'>{page}</div>"


def display_bundle(bundle: dict, display_id: str | None = None, is_update: bool = False) -> None:
    """Shows contents by their MIME types, or replaces what is shown; plain Python, without IPython, prints the text."""
    from IPython.core.getipython import get_ipython
    from IPython.display import display, update_display

    if get_ipython() is None:
        print(bundle["text/plain"])
    elif is_update:
        update_display(bundle, display_id=display_id, raw=True)
    else:
        display(bundle, raw=True, display_id=display_id)
