"""The instructor's side of a quiz: is the choice that counts the right one?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from course_utils.errors import CourseError
from course_utils.quiz.answers import FILE_NAME, Answer, merged_answers
from course_utils.quiz.bank import Bank, Question, load_bank
from course_utils.quiz.build import bank_path, read_bank
from course_utils.quiz.form_check import PREFIX, QuizVerdict
from course_utils.quiz.page import label

POINTS = 1.0  # per question
DROPPED = "this question turned out faulty and was dropped: everybody who handed in gets its points"
UNANSWERED = ("not answered", "no valid answer")  # how the sentence begins where no choice counts

CHOICE = "choice "  # how it begins where one does: the same words are another mistake in another question

AnswerQuiz = Callable[[str, Any], Any]  # a question and the typed answers -> the verdict


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


def quiz_verdict(bank: Bank, question: str, typed: object, clicked: bytes | None) -> QuizVerdict:
    """Right or wrong, which choice was taken and where it was made, and the explanation.

    question: its id, "q1". typed: the value of the student's `answers`, as plain data, whatever it was. clicked: the
    bytes of the quiz_answers.json that was handed in, None without one. Neither can make this raise.

    Raises: CourseError when the bank has no such question.
    """
    asked = bank.questions.get(question)
    if asked is None:
        raise CourseError(f"the bank has no question {question!r}; it has {', '.join(bank.questions)}")
    answer = merged_answers(typed, clicked)[question]
    passed = asked.is_dropped or answer.choice in asked.keys
    points = POINTS if passed else 0.0
    worth = f"{points:g} of {POINTS:g} points"
    sentence = DROPPED if asked.is_dropped else _sentence(asked, answer)
    details = (*_notes(answer), *_explanation(asked, passed))
    return QuizVerdict(PREFIX + question, passed, sentence, details, points, POINTS, worth)


def _sentence(asked: Question, answer: Answer) -> str:
    """The same for all students who took the same choice, so that the class report can count them."""
    if answer.choice is None:
        return f"no valid answer: {answer.notes[0]}" if answer.notes else "not answered"
    verdict = "right" if answer.choice in asked.keys else "not right"
    return f"{CHOICE}{answer.choice} is {verdict}: {label(asked.choices[answer.choice - 1])}"


def _notes(answer: Answer) -> list[str]:
    if answer.choice is None:
        return list(answer.notes[1:])
    how = "typed into answers" if answer.source == "typed" else "clicked"
    return [f"The choice was {how}.", *(f"Did not count: {note}" for note in answer.notes)]


def _explanation(asked: Question, passed: bool) -> list[str]:
    choices = ", or ".join(f"{key}, {label(asked.choices[key - 1])}" for key in asked.keys)
    right = [] if passed else [f"Right is {choices}."]
    return [*right, asked.explanation.en, asked.explanation.zh]
