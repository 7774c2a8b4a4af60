"""Looks at the form of a quiz answer, in the student's notebook: is there one, and which counts?

Right or wrong is not known here: the key is with the instructor, and the feedback says it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from course_utils.quiz.answers import FILE_NAME, NAME, Answer, merged_answers
from course_utils.quiz.clicks import read_clicks
from course_utils.quiz.page import GREEN, RED, boxed, html
from course_utils.translation import say, to_say

PREFIX = "quiz."
COUNTS_TYPED = to_say("your choice {choice} counts, typed; it is graded when you have handed it in")
COUNTS_CLICKED = to_say("your choice {choice} counts, clicked and saved; it is graded when you have handed it in")
UNANSWERED = to_say("not answered yet: click one of its choices, or type its number: {typing}")


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

    def marked_sentence(self) -> str:
        """The sentence as it stands below its question, where no name is needed."""
        sentence = self.sentence[:1].upper() + self.sentence[1:]
        return f"✓ {sentence}" if self.passed else sentence

    def _worth(self) -> str:
        return f" ({self.worth})" if self.worth else ""

    def _repr_html_(self) -> str:
        mark, colour = ("✓", GREEN) if self.passed else ("✗", RED)
        head = f"<div><b>{mark} {escape(self.task)}</b>: {html(self.sentence)}{escape(self._worth())}</div>"
        return boxed(colour, head + "".join(f"<div>{html(line)}</div>" for line in self.details))


@dataclass(frozen=True)
class QuizTask:
    """The question of a quiz, `"quiz.q1"`, as `check` sees it."""

    name: str
    folder: Path = Path()  # the notebook's

    def examine(self, *objects: object) -> QuizVerdict:
        """The verdict on `objects`, the dict `answers`, and on the clicks kept beside the notebook."""
        if len(objects) != 1:
            expected = say(
                'expected one dict: check("{task}", answers); got {count} objects', task=self.name, count=len(objects)
            )
            return QuizVerdict(self.name, False, expected)
        return looked_at(self.name.removeprefix(PREFIX), objects[0], self.folder)[1]


def find_quiz_task(name: str) -> QuizTask | None:
    """The task of a question, `"quiz.q1"`, whatever its number; None for any other name."""
    is_question = name.startswith(PREFIX) and NAME.fullmatch(name.removeprefix(PREFIX))
    return QuizTask(name) if is_question else None


def looked_at(question: str, typed: object, folder: Path) -> tuple[Answer, QuizVerdict]:
    """The answer that counts for a question, "q1", and the verdict on its form.

    typed: what `answers` is. folder: where the clicks are kept.
    """
    try:
        clicked, notes = read_clicks(folder / FILE_NAME), []
    except OSError as error:
        clicked, notes = None, [say("{file} cannot be read: {reason}", file=FILE_NAME, reason=error.strerror)]
    found = merged_answers(typed, clicked)[question]
    answer = replace(found, notes=(*found.notes, *notes))
    return answer, _form(question, answer)


def _form(question: str, answer: Answer) -> QuizVerdict:
    task = PREFIX + question
    if answer.choice is not None:
        counts = COUNTS_TYPED if answer.source == "typed" else COUNTS_CLICKED
        details = tuple(say("Does not count: {note}", note=note) for note in answer.notes)
        return QuizVerdict(task, True, say(counts, choice=answer.choice), details, points=1.0)
    typing = f'answers = {{"{question}": …}}'
    if not answer.notes:
        return QuizVerdict(task, False, say(UNANSWERED, typing=typing))
    first, *more = answer.notes
    advice = say("To answer, click one of its choices, or type its number: {typing}.", typing=typing)
    return QuizVerdict(task, False, say("no valid answer: {note}", note=first), (*more, advice))
