"""Predictions: what a student expects before a cell runs is kept, and compared with what came out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from course_utils.frontend import someone_is_there
from course_utils.quiz.answers import BrokenClicks, parse_clicks
from course_utils.quiz.buttons import display_bundle, radio_buttons, together
from course_utils.quiz.clicks import read_clicks, save_click
from course_utils.quiz.page import AMBER, GREEN, RED, coloured, html

if TYPE_CHECKING:
    from ipywidgets import Widget

FILE_NAME = "predictions.json"  # beside the notebook: the text of a question -> the text of the choice
NOTHING_SAID = "You have not said what you expect. Click above, then run this cell again."


@dataclass
class Prediction:
    """A question, its choices, and the one that the student expects: `choice`, or None before a click."""

    question: str
    choices: tuple[object, ...]
    choice: object = None

    def answer(self, right: object, why: str = "") -> None:
        """Shows what the student said, what it is, and why.

        right: the choice that is right; numbers may be of any kind, such as torch's. Without a prediction the answer is
        folded away, so that the student can still choose first and run this cell again. Where nobody can click it is
        folded away too; as plain text it is said openly.

        Raises: ValueError when `right` is not one of the choices.
        """
        place = _place(self.choices, right)
        if place is None:
            choices = ", ".join(map(str, self.choices))
            raise ValueError(f"right is {right!r}, but it must be one of the choices: {choices}")
        if self.choice is None:
            display_bundle(_folded(_in_a_sentence(self.choices[place]), why))
        else:
            is_right = _place(self.choices, self.choice) == place
            display_bundle(_compared(_in_a_sentence(self.choice), _in_a_sentence(self.choices[place]), why, is_right))


def _folded(answer: str, why: str) -> dict[str, str]:
    said = NOTHING_SAID if someone_is_there() else ""
    page = f"{said}<details><summary>The answer</summary>It is <b>{html(answer)}</b>. {html(why)}</details>"
    return {"text/html": _box(page, AMBER), "text/plain": _joined(said, f"It is {answer}.", why)}


def _compared(said: str, answer: str, why: str, is_right: bool) -> dict[str, str]:
    mark, colour = ("✓", GREEN) if is_right else ("Not quite.", AMBER)
    page = f"{coloured(colour, mark)} You said <b>{html(said)}</b>. It is <b>{html(answer)}</b>.<div>{html(why)}</div>"
    return {"text/html": _box(page, colour), "text/plain": _joined(mark, f"You said {said}. It is {answer}.", why)}


def _box(page: str, colour: str) -> str:
    style = f"border-left:4px solid {colour};padding:.4em .9em;margin:.3em 0;line-height:1.5"
    return f"<div style='{style}'>{page}</div>"


def _joined(*sentences: str) -> str:
    return " ".join(filter(None, sentences))


def _in_a_sentence(choice: object) -> str:
    return str(choice).removesuffix(".")


def predict(question: str, choices: Sequence[object]) -> Prediction:
    """Asks with radio buttons what a student expects; a later cell compares: `guess.answer(right, "why")`.

    choices: two or more texts or numbers, all different. A click is kept in predictions.json beside the notebook, under
    the question's text, and is shown again when the cell runs again, also after a restart. Where nobody can click, the
    question and its choices are shown as text. What stands in backticks is shown as code.

    Raises: ValueError for choices that are no list, fewer than two, or not all different.
    """
    prediction = Prediction(question, _different(choices))
    labels = [str(choice).replace("`", "") for choice in prediction.choices]
    text = "\n".join([question, *(f"    {choice}" for choice in prediction.choices)])
    items = "".join(f"<li>{html(str(choice))}</li>" for choice in prediction.choices)
    bundle = {"text/html": f"<div><b>{html(question)}</b><ul>{items}</ul></div>", "text/plain": text}
    if someone_is_there():
        bundle |= together([_buttons(prediction, labels, Path(FILE_NAME).absolute())])
    display_bundle(bundle)
    return prediction


def _buttons(prediction: Prediction, labels: list[str], path: Path) -> Widget:
    """The question's buttons, at what was kept before; each click is kept, in the prediction and in the file."""

    def keep(number: int) -> str:
        prediction.choice = prediction.choices[number - 1]
        try:
            aside = save_click(path, prediction.question, str(prediction.choice))
        except OSError as error:
            return coloured(RED, f"✗ not kept in {FILE_NAME} ({error.strerror}); it counts until the kernel restarts")
        broken = f" The old {FILE_NAME} could not be read and is kept as {aside.name}." if aside else ""
        return _kept(prediction.choice) + broken

    place, state = None, ""
    try:
        raw = read_clicks(path)
        kept = {} if raw is None else parse_clicks(raw)
        place = _place(prediction.choices, kept[prediction.question]) if prediction.question in kept else None
    except OSError as error:
        state = coloured(RED, f"✗ {FILE_NAME} cannot be read: {error.strerror}")
    except BrokenClicks as problem:
        state = coloured(RED, f"✗ {FILE_NAME} is {problem}: nothing can be read from it")
    if place is not None:
        prediction.choice = prediction.choices[place]
        state = _kept(prediction.choice)
    number = None if place is None else place + 1
    return radio_buttons(f"<b>{html(prediction.question)}</b>", labels, number, state, keep)


def _kept(choice: object) -> str:
    return f"You said <b>{html(_in_a_sentence(choice))}</b>. It is kept."


def _different(choices: object) -> tuple[object, ...]:
    if isinstance(choices, str) or not isinstance(choices, Sequence):
        raise ValueError(f"choices must be a list of texts or numbers, but is a {type(choices).__name__}")
    if len(choices) < 2:
        raise ValueError(f"expected at least two choices, got {len(choices)}")
    for place, choice in enumerate(choices):
        if _place(choices[:place], choice) is not None:
            raise ValueError(f"the choice {choice!r} stands twice")
    return tuple(choices)


def _place(choices: Sequence[object], value: object) -> int | None:
    """Where `value` stands among the choices: by its text, else as a number; None when it is not there."""
    texts = [str(choice) for choice in choices]
    if str(value) in texts:
        return texts.index(str(value))
    number, numbers = _number(value), [_number(choice) for choice in choices]
    return numbers.index(number) if number is not None and number in numbers else None


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        return float(value)  # type: ignore[arg-type]  # whatever it is
    except (TypeError, ValueError, OverflowError, RuntimeError):
        return None
