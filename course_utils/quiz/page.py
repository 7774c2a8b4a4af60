"""A question as HTML and as plain text, also for pages on which nobody can click."""

from __future__ import annotations

import re
from html import escape

from course_utils.quiz.bank import Bilingual, PublicQuestion, Question

GREEN, RED, AMBER = "#3a9a4a", "#d64545", "#b7791f"  # readable on white and on black; amber is no mistake


def head_html(question: PublicQuestion) -> str:
    """Its name, its text in both languages and its block."""
    block = f"<pre style='line-height:1.35;margin:0.5em 0'>{escape(question.block)}</pre>" if question.block else ""
    return f"<div><b>{question.id}</b> &ensp;{html(question.text.en)}<br>{html(question.text.zh)}{block}</div>"


def explanation_html(question: Question) -> str:
    """The explanation in both languages."""
    return f"{html(question.explanation.en)}<br>{html(question.explanation.zh)}"


def folded_html(question: Question) -> str:
    """The whole question, its answer folded away behind it."""
    choices = "".join(f"<li>{html(choice.both)}</li>" for choice in question.choices)
    keys = " or ".join(map(str, question.keys))
    answer = f"<b>{keys}.</b> {explanation_html(question)}"
    folded = f"<details><summary>the answer · 答案</summary><div>{answer}</div></details>"
    return f"<div style='margin-bottom:1.5em'>{head_html(question)}<ol>{choices}</ol>{folded}</div>"


def as_text(question: PublicQuestion) -> str:
    """The question and its numbered choices, without the answer."""
    choices = [f"    {i}. {label(choice)}" for i, choice in enumerate(question.choices, 1)]
    block = [f"    {line}".rstrip() for line in ["", *question.block.splitlines(), ""]] if question.block else []
    return "\n".join([f"{question.id}  {question.text.en}", f"    {question.text.zh}", *block, *choices])


def html(text: str) -> str:
    """The text with what stands in backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def label(choice: Bilingual) -> str:
    """Both languages in one line of plain text."""
    return choice.both.replace("`", "")


def coloured(colour: str, text: str) -> str:
    """The text in bold and in a colour."""
    return f"<b style='color:{colour}'>{html(text)}</b>"
