"""Predictions: what a student expects before a cell runs is kept, and compared with what came out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from course_utils.frontend import someone_is_there
from course_utils.quiz.answers import BrokenClicks, parse_clicks
from course_utils.quiz.clicks import read_clicks, save_click
from course_utils.quiz.page import AMBER, GREEN, boxed, display_bundle, html, plain
from course_utils.translation import say, say_sentences, to_say

if TYPE_CHECKING:
    from course_utils.quiz.choices import State

FILE_NAME = "predictions.json"  # beside the notebook: the text of a question -> the text of the choice
NOTHING_SAID = to_say("You have not said what you expect. Choose above, then run this cell again.")
IT_IS = to_say("It is {answer}.")
KEPT = to_say("You said {choice}. It is kept.")
NOT_KEPT = to_say("✗ not kept in {file} ({reason}); it counts until the kernel restarts")
YOU_SAID = to_say("You said {choice}. It is {answer}.")


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
            expected = say(
                "right is {right}, but it must be one of the choices: {choices}", right=repr(right), choices=choices
            )
            raise ValueError(expected)
        if self.choice is None:
            display_bundle(_folded(_in_a_sentence(self.choices[place]), why))
        else:
            is_right = _place(self.choices, self.choice) == place
            display_bundle(_compared(_in_a_sentence(self.choice), _in_a_sentence(self.choices[place]), why, is_right))


def _folded(answer: str, why: str) -> dict[str, str]:
    said = say(NOTHING_SAID) if someone_is_there() else ""
    summary, it_is = html(say("The answer")), _bold(IT_IS, answer=answer)
    page = f"{html(said)}<details><summary>{summary}</summary>{say_sentences(it_is, html(why))}</details>"
    return {"text/html": boxed(AMBER, page), "text/plain": say_sentences(said, say(IT_IS, answer=answer), why)}


def _compared(said: str, answer: str, why: str, is_right: bool) -> dict[str, str]:
    mark, colour = ("✓", GREEN) if is_right else (say("Not quite."), AMBER)
    you_said = _bold(YOU_SAID, choice=said, answer=answer)
    page = f"{say_sentences(f'<b>{html(mark)}</b>', you_said)}<div>{html(why)}</div>"
    text = say_sentences(mark, say(YOU_SAID, choice=said, answer=answer), why)
    return {"text/html": boxed(colour, page), "text/plain": text}


def _bold(message: str, **parts: str) -> str:
    """The message as HTML with its parts in bold."""
    return say(message, **{name: f"<b>{html(part)}</b>" for name, part in parts.items()})


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
    text = "\n".join([plain(question), *(f"    {choice}" for choice in prediction.choices)])
    items = "".join(f"<li>{html(str(choice))}</li>" for choice in prediction.choices)
    still = {"text/html": f"<div><b>{html(question)}</b><ul>{items}</ul></div>", "text/plain": text}
    if someone_is_there():
        _ask(prediction, still, Path(FILE_NAME).absolute())
    else:
        display_bundle(still)
    return prediction


def _ask(prediction: Prediction, still: dict[str, str], path: Path) -> None:
    """The question's buttons, at what was kept before; each choice is kept, in the prediction and in the file."""
    from course_utils.quiz.choices import Choices, Group, Shown

    def keep(name: str, number: int) -> dict[str, State]:
        prediction.choice = prediction.choices[number - 1]
        state = _saved(prediction, number, path)
        shown.update(_with_line(still, state.line))
        return {name: state}

    labels = [html(str(choice)) for choice in prediction.choices]
    group = Group("prediction", f"<b>{html(prediction.question)}</b>", labels)
    state = _before(prediction, path)
    shown = Shown(Choices([group], {group.id: state}, keep, {"gone": say("Run this cell to choose again.")}))
    shown.show(_with_line(still, state.line))


def _with_line(still: dict[str, str], line: str) -> dict[str, str]:
    return {**still, "text/html": still["text/html"] + line}


def _before(prediction: Prediction, path: Path) -> State:
    """What the buttons show at first: what was kept, which becomes the prediction's choice."""
    from course_utils.quiz.choices import State

    try:
        raw = read_clicks(path)
        kept = {} if raw is None else parse_clicks(raw)
    except OSError as error:
        line = say("✗ {file} cannot be read: {reason}", file=FILE_NAME, reason=error.strerror)
        return State(None, html(line), "bad")
    except BrokenClicks as problem:
        line = say("✗ {file} is {problem}: nothing can be read from it", file=FILE_NAME, problem=problem)
        return State(None, html(line), "bad")
    place = _place(prediction.choices, kept[prediction.question]) if prediction.question in kept else None
    if place is None:
        return State()
    prediction.choice = prediction.choices[place]
    return State(place + 1, _kept(prediction.choice))


def _saved(prediction: Prediction, number: int, path: Path) -> State:
    """What to show of a choice, which is kept in the file."""
    from course_utils.quiz.choices import State

    try:
        aside = save_click(path, prediction.question, str(prediction.choice))
    except OSError as error:
        return State(number, html(say(NOT_KEPT, file=FILE_NAME, reason=error.strerror)), "bad")
    if aside is None:
        return State(number, _kept(prediction.choice))
    broken = say("The old {file} could not be read and is kept as {aside}.", file=FILE_NAME, aside=aside.name)
    return State(number, f"{_kept(prediction.choice)} {html(broken)}")


def _kept(choice: object) -> str:
    return _bold(KEPT, choice=_in_a_sentence(choice))


def _different(choices: object) -> tuple[object, ...]:
    if isinstance(choices, str) or not isinstance(choices, Sequence):
        kind = type(choices).__name__
        raise ValueError(say("choices must be a list of texts or numbers, but is a {kind}", kind=kind))
    if len(choices) < 2:
        raise ValueError(say("expected at least two choices, got {count}", count=len(choices)))
    for place, choice in enumerate(choices):
        if _place(choices[:place], choice) is not None:
            raise ValueError(say("the choice {choice} stands twice", choice=repr(choice)))
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
