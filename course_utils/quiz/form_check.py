"""Looks at the form of a quiz answer, in the student's notebook: is there one, and which counts?

Right or wrong is not known here: the key is with the instructor, and the feedback says it.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path

from course_utils.quiz.answers import FILE_NAME, NAME, Answer, merged_answers
from course_utils.quiz.clicks import read_clicks
from course_utils.quiz.page import GREEN, RED, html

PREFIX = "quiz."


@dataclass(frozen=True)
class QuizVerdict:
    """The verdict on one question; it is shown and graded as any other verdict.

    sentence: the one to read; details: the lines below it; worth: the points as the head shows them.
    """

    task: str
    passed: bool
    sentence: str
    details: tuple[str, ...] = ()
    points: float = 0.0
    max_points: float = 1.0
    worth: str = ""

    def text(self) -> str:
        """The verdict for a terminal, the sentence first."""
        mark = "✓ " if self.passed else ""
        return "\n".join([f"{mark}{self.task}: {self.sentence}{self._worth()}", *self.details])

    def _worth(self) -> str:
        return f" ({self.worth})" if self.worth else ""

    def _repr_html_(self) -> str:
        mark, colour = ("✓", GREEN) if self.passed else ("✗", RED)
        head = (
            f"<div><b style='color:{colour}'>{mark} {escape(self.task)}</b>: {html(self.sentence)}"
            f"<span style='opacity:.65'>{escape(self._worth())}</span></div>"
        )
        details = "".join(f"<div>{html(line)}</div>" for line in self.details)
        return (
            f"<div style='border-left:4px solid {colour};padding:.4em .9em;margin:.3em 0;line-height:1.5'>"
            f"{head}{details}</div>"
        )


@dataclass(frozen=True)
class QuizTask:
    """The question of a quiz, `"quiz.q1"`, as `check` sees it."""

    name: str
    folder: Path = Path()  # the notebook's

    def examine(self, *objects: object) -> QuizVerdict:
        """The verdict on `objects`, the dict `answers`, and on the clicks kept beside the notebook."""
        question = self.name.removeprefix(PREFIX)
        if len(objects) != 1:
            expected = f'expected one dict: check("{self.name}", answers); got {len(objects)} objects'
            return QuizVerdict(self.name, False, expected)
        try:
            clicked, notes = read_clicks(self.folder / FILE_NAME), []
        except OSError as error:
            clicked, notes = None, [f"{FILE_NAME} cannot be read: {error.strerror}"]
        answer = merged_answers(objects[0], clicked)[question]
        return _form(self.name, question, answer, notes)


def find_quiz_task(name: str) -> QuizTask | None:
    """The task of a question, `"quiz.q1"`, whatever its number; None for any other name."""
    is_question = name.startswith(PREFIX) and NAME.fullmatch(name.removeprefix(PREFIX))
    return QuizTask(name) if is_question else None


def _form(task: str, question: str, answer: Answer, more_notes: list[str]) -> QuizVerdict:
    notes = (*answer.notes, *more_notes)
    if answer.choice is not None:
        sentence = f"your choice {answer.choice} counts, {answer.source}; it is graded when you have handed it in"
        return QuizVerdict(task, True, sentence, tuple(f"Does not count: {note}" for note in notes), points=1.0)
    what_to_do = f'click one of its choices, or type its number: answers = {{"{question}": …}}'
    if not notes:
        return QuizVerdict(task, False, f"not answered yet: {what_to_do}")
    return QuizVerdict(task, False, f"no valid answer: {notes[0]}", (*notes[1:], f"To answer, {what_to_do}."))
