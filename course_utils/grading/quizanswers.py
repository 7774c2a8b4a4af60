"""A quiz's verdicts for the judge: the key is the instructor's file, the clicks are the student's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from course_utils.answers import FILE_NAME
from course_utils.grading.quizbuild import bank_path, read_bank
from course_utils.grading.quizkey import load_bank, quiz_verdict

AnswerQuiz = Callable[[str, Any], Any]


def bank_text(source: Path, assignment: str) -> str:
    """The text of the assignment's bank; empty where it is no quiz. Raises CourseError for a bank that is broken."""
    path = bank_path(source, assignment)
    if not path.is_file():
        return ""
    read_bank(path)
    return path.read_text(encoding="utf-8-sig")


def quiz_with(text: str, files: Mapping[str, bytes]) -> AnswerQuiz | None:
    """`(question, typed answers) -> verdict` for a submission with these files; None without a bank."""
    if not text:
        return None
    bank, clicked = load_bank(text), files.get(FILE_NAME)
    return lambda question, typed: quiz_verdict(bank, question, typed, clicked)
