"""Questions with radio buttons in one cell: practice, and all of the graded quiz. ipywidgets is loaded when shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from course_utils.frontend import someone_is_there
from course_utils.quiz.answers import FILE_NAME, merged_answers
from course_utils.quiz.bank import QUESTIONS_FILE, PublicQuestion, Question, load_bank
from course_utils.quiz.clicks import read_clicks
from course_utils.quiz.page import as_text, display_bundle, explanation_html, folded_html, html, keys_text
from course_utils.quiz.sheet import card, questions, show_sheet
from course_utils.translation import say, to_say

if TYPE_CHECKING:
    from course_utils.quiz.choices import Group

PRACTICE = Path(__file__).with_name("practice.yaml")
NO_QUESTIONS = to_say(
    "There are no buttons: {file}, which comes with this notebook, is not beside it or is broken. "
    "Copy it here again, or type your choices into `answers`."
)
COUNT = to_say("count is {count}, expected a whole number from 1, or none at all for all questions")
SO_FAR = to_say("{right} of {answered} right at the first try; there are {total} questions.")
SCORE = to_say("{right} of {total} right at the first try.")


def quiz_buttons() -> None:
    """Shows all of the graded quiz's questions with radio buttons; a click is saved at once in quiz_answers.json.

    The questions come from questions.json beside the notebook, where the clicks are kept too: running the cell again,
    in a new kernel as well, shows what was clicked before. A number that is typed into `answers` wins. Without anybody
    to click (a notebook that is executed in one go) it says what the file holds. Returns nothing; what cannot be read
    or written is said in place.
    """
    asked = questions()
    if asked is None:
        display_bundle({"text/plain": say(NO_QUESTIONS, file=QUESTIONS_FILE)})
    elif someone_is_there():
        show_sheet([card(question) for question in asked])
    else:
        display_bundle({"text/plain": _saved(asked, Path(FILE_NAME))})


def practice(topic: str | Sequence[str] | None = None, count: int | None = None) -> None:
    """Shows practice questions with radio buttons; a click is explained at once, and the first tries are counted.

    topic: one topic ("gru"), several of them, or None for all. count: at most so many questions; of several topics they
    are picked evenly, one of each in turn, in the order of the topics and of the bank. Without `count` it is all
    questions of the topics, in the bank's order. The same call always shows the same questions.

    Where nobody can click, the answers are folded away behind each question. Returns nothing.

    Raises: ValueError for a topic without questions, and for a count that is not a whole number from 1.
    """
    chosen = _picked(load_bank(PRACTICE.read_text(encoding="utf-8")).asked, topic, count)
    still = {"text/html": "".join(map(folded_html, chosen)), "text/plain": "\n\n".join(map(as_text, chosen))}
    if not someone_is_there():
        display_bundle(still)
        return
    from course_utils.quiz.choices import Choices, Shown

    texts = {"again": say("Try again"), "so_far": say(SO_FAR), "score": say(SCORE)}  # the page fills in the numbers
    Shown(Choices(list(map(_practice_card, chosen)), {}, None, texts)).show(still)


def _picked(every: Sequence[Question], topic: str | Sequence[str] | None, count: int | None) -> list[Question]:
    known = dict.fromkeys(question.topic for question in every)
    topics = list(known if topic is None else dict.fromkeys([topic] if isinstance(topic, str) else topic))
    listed = ", ".join(sorted(known))
    for name in topics:
        if name not in known:
            raise ValueError(
                say("there is no practice question on {topic}; topics: {known}", topic=repr(name), known=listed)
            )
    if not topics:
        raise ValueError(say("name at least one topic, or none at all for all; topics: {known}", known=listed))
    if count is None:
        return [question for question in every if question.topic in topics]
    if type(count) is not int or count < 1:
        raise ValueError(say(COUNT, count=repr(count)))
    by_topic = [[question for question in every if question.topic == name] for name in topics]
    in_turn = [question for round_ in zip_longest(*by_topic) for question in round_ if question is not None]
    return in_turn[:count]


def _practice_card(question: Question) -> Group:
    from course_utils.quiz.choices import State

    why = explanation_html(question)
    head = say("✓ right")
    right = State(None, f"<b>{html(head)}</b><br>{why}", "good").told()
    wrong = [
        say("✗ not {choice}; right is {key}", choice=i, key=keys_text(question))
        for i in range(1, len(question.choices) + 1)
    ]
    reactions = [
        right if i in question.keys else State(None, f"<b>{html(head)}</b><br>{why}", "bad").told()
        for i, head in enumerate(wrong, 1)
    ]
    return replace(card(question), reactions=reactions, right=question.keys)


def _saved(asked: Sequence[PublicQuestion], clicks: Path) -> str:
    """In words, what the file of clicks holds."""
    try:
        answers = merged_answers({}, read_clicks(clicks))
    except OSError as error:
        return say("{file} cannot be read: {reason}", file=FILE_NAME, reason=error.strerror)
    by_question = {question.id: answers[question.id] for question in asked}
    none = say("none")
    choices = ", ".join(f"{name}: {answer.choice or none}" for name, answer in by_question.items())
    notes = dict.fromkeys(note for answer in by_question.values() for note in answer.notes)
    return "\n".join([say("Clicked and saved: {choices}.", choices=choices), *notes])
