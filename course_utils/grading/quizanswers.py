"""A quiz's verdicts for the judge: the key is the instructor's file, the clicks are the student's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

BANK = "quiz-bank.yaml"
CLICKS = "quiz_answers.json"

AnswerQuiz = Callable[[str, Any], Any]


def bank_text(source: Path) -> str:
    """The text of the course's bank in `source/`; empty where the course has no quiz."""
    path = source / BANK
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def quiz_of(source: Path, files: Mapping[str, bytes]) -> AnswerQuiz | None:
    """`(question, typed answers) -> verdict` for a submission with these files; None without a bank."""
    return quiz_with(bank_text(source), files)


def quiz_with(text: str, files: Mapping[str, bytes]) -> AnswerQuiz | None:
    """The same from the bank's text."""
    if not text:
        return None
    from course_utils.grading.quizkey import load_bank, quiz_verdict

    bank, clicked = load_bank(text), files.get(CLICKS)
    return lambda question, typed: quiz_verdict(bank, question, typed, clicked)
