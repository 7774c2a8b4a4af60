"""Questions with radio buttons: the graded quiz, and questions to practise with. ipywidgets is loaded when shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from course_utils.frontend import someone_is_there
from course_utils.quiz.answers import FILE_NAME, merged_answers
from course_utils.quiz.bank import QUESTIONS_FILE, PublicQuestion, Question, load_bank, read_questions
from course_utils.quiz.clicks import read_clicks, save_click
from course_utils.quiz.page import (
    GREEN,
    RED,
    as_text,
    coloured,
    explanation_html,
    folded_html,
    head_html,
    label,
)

if TYPE_CHECKING:
    from ipywidgets import Widget

PRACTICE = Path(__file__).with_name("practice.yaml")
NO_QUESTIONS = (
    f"There are no buttons: {QUESTIONS_FILE}, which comes with this notebook, is not beside it or is broken. "
    "Copy it here again, or type your choices into `answers`."
)
# Labels of radio buttons are made for one short line, with the button behind the text; a choice may need two. After a
# restart of the kernel nobody hears a click: dead buttons must not look as if they did.
STYLE = """<style>
.course-quiz .widget-radio { width: auto; height: auto; }
.course-quiz .widget-radio-box label {
  display: flex; flex-direction: row-reverse; justify-content: flex-end; align-items: flex-start; gap: 6px;
  height: auto; line-height: 1.5; margin-bottom: 4px; white-space: normal;
}
.course-quiz .widget-radio-box label input { flex: none; }
.course-quiz .jupyter-widgets-disconnected { opacity: 0.5; pointer-events: none; }
.course-quiz .widget-html, .course-quiz .widget-html-content { height: auto; line-height: 1.5; }
</style>"""


def quiz_buttons() -> None:
    """Shows the graded quiz's questions with radio buttons; a click is saved at once in quiz_answers.json.

    The questions come from questions.json beside the notebook, where the clicks are kept too: running the cell again,
    in a new kernel as well, shows what was clicked before. Without anybody to click (a notebook that is executed in one
    go) it says what the file holds. Returns nothing; what cannot be read or written is said in place.
    """
    clicks = Path(FILE_NAME).absolute()
    try:
        asked = read_questions(Path(QUESTIONS_FILE))
    except (OSError, ValueError, TypeError, KeyError):
        display_bundle({"text/plain": NO_QUESTIONS})
        return
    boxes = [_graded_question(question, clicks) for question in asked] if someone_is_there() else []
    display_bundle({**together(boxes), "text/plain": _saved(asked, clicks)})


def practice(topic: str | Sequence[str] | None = None, count: int | None = None) -> None:
    """Shows practice questions with radio buttons; a click is explained at once.

    topic: one topic ("gru"), several of them, or None for all. count: at most so many questions; of several topics they
    are picked evenly, one of each in turn, in the order of the topics and of the bank. Without `count` it is all
    questions of the topics, in the bank's order. The same call always shows the same questions.

    Where nobody can click, the answers are folded away behind each question. Returns nothing.

    Raises: ValueError for a topic without questions, and for a count that is not a whole number from 1.
    """
    chosen = _picked(load_bank(PRACTICE.read_text(encoding="utf-8")).asked, topic, count)
    boxes = [_practice_question(question) for question in chosen] if someone_is_there() else []
    page, text = "".join(map(folded_html, chosen)), "\n\n".join(map(as_text, chosen))
    display_bundle({**together(boxes), "text/html": page, "text/plain": text})


def _picked(every: Sequence[Question], topic: str | Sequence[str] | None, count: int | None) -> list[Question]:
    known = dict.fromkeys(question.topic for question in every)
    topics = list(known if topic is None else dict.fromkeys([topic] if isinstance(topic, str) else topic))
    for name in topics:
        if name not in known:
            raise ValueError(f"there is no practice question on {name!r}; topics: {', '.join(sorted(known))}")
    if not topics:
        raise ValueError(f"name at least one topic, or none at all for all; topics: {', '.join(sorted(known))}")
    if count is None:
        return [question for question in every if question.topic in topics]
    if type(count) is not int or count < 1:
        raise ValueError(f"count is {count!r}, expected a whole number from 1, or none at all for all questions")
    by_topic = [[question for question in every if question.topic == name] for name in topics]
    in_turn = [question for round_ in zip_longest(*by_topic) for question in round_ if question is not None]
    return in_turn[:count]


def _graded_question(question: PublicQuestion, clicks: Path) -> Widget:
    def save(choice: int) -> str:
        try:
            aside = save_click(clicks, question.id, choice)
        except OSError as error:
            return coloured(RED, f"✗ NOT saved ({error.strerror}): type the number into `answers` instead")
        kept = f"; the old {FILE_NAME} could not be read and is kept as {aside.name}" if aside else ""
        return coloured(GREEN, f"✓ choice {choice} is saved{kept}")

    choice, state = _clicked_before(question, clicks)
    return _question(question, choice, state, save)


def _clicked_before(question: PublicQuestion, clicks: Path) -> tuple[int | None, str]:
    """The choice that was saved, and the line to show about it."""
    try:
        answer = merged_answers({}, read_clicks(clicks))[question.id]
    except OSError as error:
        return None, coloured(RED, f"✗ {FILE_NAME} cannot be read: {error.strerror}")
    if answer.choice is None:
        return None, "".join(coloured(RED, f"✗ {note}") for note in answer.notes)
    return answer.choice, coloured(GREEN, f"✓ choice {answer.choice} is saved")


def _practice_question(question: Question) -> Widget:
    def explain(choice: int) -> str:
        keys = " or ".join(map(str, question.keys))
        right = choice in question.keys
        head = coloured(GREEN, "✓ right") if right else coloured(RED, f"✗ not {choice}; right is {keys}")
        return f"{head}<br>{explanation_html(question)}"

    return _question(question, None, "", explain)


def _question(question: PublicQuestion, choice: int | None, state: str, react: Callable[[int], str]) -> Widget:
    labels = [f"{i}. {label(choice_text)}" for i, choice_text in enumerate(question.choices, 1)]
    return radio_buttons(head_html(question), labels, choice, state, react)


def radio_buttons(
    head: str, labels: Sequence[str], choice: int | None, state: str, react: Callable[[int], str]
) -> Widget:
    """The head (HTML), its radio buttons, and below them `state`, then what `react` says to a click (HTML).

    choice: the number of the choice that is marked, from 1, or None. `react` gets the number that was clicked.
    """
    import ipywidgets

    buttons = ipywidgets.RadioButtons(options=[(text, i) for i, text in enumerate(labels, 1)], value=choice)
    below = ipywidgets.HTML(state)

    def clicked(change: dict) -> None:
        below.value = react(change["new"])

    buttons.observe(clicked, names="value")
    return ipywidgets.VBox([ipywidgets.HTML(head), buttons, below], layout={"margin": "0 0 1em 0"})


def together(boxes: Sequence[Widget]) -> dict:
    """The boxes as one display, as MIME types and contents; nothing when there are none."""
    if not boxes:
        return {}
    import ipywidgets

    box = ipywidgets.VBox([ipywidgets.HTML(STYLE), *boxes])
    box.add_class("course-quiz")
    return box._repr_mimebundle_()


def _saved(asked: Sequence[PublicQuestion], clicks: Path) -> str:
    """In words, what the file of clicks holds."""
    try:
        answers = merged_answers({}, read_clicks(clicks))
    except OSError as error:
        return f"{FILE_NAME} cannot be read: {error.strerror}"
    by_question = {question.id: answers[question.id] for question in asked}
    choices = ", ".join(f"{name}: {answer.choice or 'none'}" for name, answer in by_question.items())
    notes = dict.fromkeys(note for answer in by_question.values() for note in answer.notes)
    return "\n".join([f"Clicked and saved: {choices}.", *notes])


def display_bundle(bundle: dict) -> None:
    """Shows contents by their MIME types; in plain Python, without IPython, it prints the text."""
    from IPython.core.getipython import get_ipython
    from IPython.display import display

    if get_ipython() is None:
        print(bundle["text/plain"])
    else:
        display(bundle, raw=True)
