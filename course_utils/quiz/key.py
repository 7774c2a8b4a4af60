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
from course_utils.translation import heard, say, to_say

POINTS = 1.0  # per question
DROPPED = to_say("this question turned out faulty and was dropped: everybody who handed in gets its points")
NOT_ANSWERED = to_say("not answered")
NO_VALID = to_say("no valid answer: {note}")
RIGHT = to_say("choice {choice} is right: {text}")
WRONG = to_say("choice {choice} is not right: {text}")
NO_BANK = to_say("the bank has no question {question}; it has {known}")

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
        raise CourseError(say(NO_BANK, question=repr(question), known=", ".join(bank.questions)))
    answer = merged_answers(typed, clicked)[question]
    passed = asked.is_dropped or answer.choice in asked.keys
    points = POINTS if passed else 0.0
    worth = say("{points} of {max_points} points", points=f"{points:g}", max_points=f"{POINTS:g}")
    sentence = say(DROPPED) if asked.is_dropped else _sentence(asked, answer)
    details = (*_notes(answer), *_explanation(asked, passed))
    return QuizVerdict(PREFIX + question, passed, sentence, details, points, POINTS, worth)


def is_unanswered(sentence: str, also_invalid: bool = True) -> bool:
    """Whether a verdict's sentence says that no choice counts, in whatever language.

    also_invalid: as well where something stands there that is no answer.
    """
    is_invalid = also_invalid and heard(NO_VALID, sentence) is not None
    return is_invalid or heard(NOT_ANSWERED, sentence) is not None


def names_choice(sentence: str) -> bool:
    """Whether it names a choice: the same words are another mistake in another question."""
    return any(heard(message, sentence) is not None for message in (RIGHT, WRONG))


def _sentence(asked: Question, answer: Answer) -> str:
    """The same for all students who took the same choice, so that the class report can count them."""
    if answer.choice is None:
        return say(NO_VALID, note=answer.notes[0]) if answer.notes else say(NOT_ANSWERED)
    verdict = RIGHT if answer.choice in asked.keys else WRONG
    return say(verdict, choice=answer.choice, text=label(asked.choices[answer.choice - 1]))


def _notes(answer: Answer) -> list[str]:
    if answer.choice is None:
        return list(answer.notes[1:])
    how = say("The choice was typed into answers.") if answer.source == "typed" else say("The choice was clicked.")
    return [how, *(say("Did not count: {note}", note=note) for note in answer.notes)]


def _explanation(asked: Question, passed: bool) -> list[str]:
    first, *others = [f"{key}, {label(asked.choices[key - 1])}" for key in asked.keys]
    for other in others:
        first = say("{choices}, or {other}", choices=first, other=other)
    right = [] if passed else [say("Right is {choices}.", choices=first)]
    return [*right, *asked.explanation.lines]
