"""Which choice counts for a question: a number typed into `answers`, else a click kept in quiz_answers.json.

The buttons, the check in the notebook and grading all ask here. In grading both sources come from a stranger: nothing
here raises for what they hold.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Integral
from reprlib import Repr

from course_utils.quiz.bank import NUM_CHOICES
from course_utils.text import Opaque
from course_utils.translation import say, to_say

FILE_NAME = "quiz_answers.json"
LARGEST = 64 * 1024  # bytes of that file; a thousand clicks are a fifth of it
NAME = re.compile(r"q[1-9][0-9]{0,3}")
NO_CHOICE = to_say('"{question}" in {place} is {value}; expected a whole number from 1 to {count}, without quotes')
NO_OBJECT = to_say("a {kind}, not an object such as {example}")
NO_DICT = to_say("answers is {value}; expected a dict such as {example}")
UNREADABLE = to_say("{file} is {problem}: no click can be read from it")
OTHERS = to_say('{place} names {names}: questions are called "q1", "q2", …')
MORE_OTHERS = to_say('{place} names {names} and {count} more: questions are called "q1", "q2", …')
MISSING = object()


class BrokenClicks(ValueError):
    """The file of clicks is no JSON object; the message says what it is."""


@dataclass(frozen=True)
class Answer:
    """The choice that counts and its source, "typed" or "clicked"; or None, and "".

    notes: entries that do not count, and why.
    """

    choice: int | None = None
    source: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """One place where answers stand. `problem` describes a fault of the place as a whole, or is ""."""

    name: str
    place: str
    entries: Mapping[str, object]
    problem: str = ""


@dataclass(frozen=True)
class Answers:
    """All answers of a student; the source that wins comes first."""

    sources: tuple[Source, ...]

    def __getitem__(self, question: str) -> Answer:
        """The answer to `question`, "q1"; faults of the answers to other questions do not matter."""
        notes: list[str] = []
        for source in self.sources:
            value = source.entries.get(question, MISSING)
            choice = choice_number(value)
            if choice is not None:
                return Answer(choice, source.name, tuple(notes))
            if value is not MISSING:
                told = {"question": question, "place": source.place, "value": shown(value), "count": NUM_CHOICES}
                notes.append(say(NO_CHOICE, **told))
            if source.problem:
                notes.append(source.problem)
        return Answer(notes=tuple(notes))


def merged_answers(typed: object, clicked: bytes | None) -> Answers:
    """What counts, question by question: the typed number where there is a valid one, else the click.

    typed: what `answers` is, a dict such as `{"q1": …}` if all is well. clicked: the bytes of quiz_answers.json, of
    which `LARGEST + 1` are enough; None without that file.
    """
    return Answers((_typed(typed), _clicked(clicked)))


def choice_number(value: object) -> int | None:
    """A choice's number, of Python or of NumPy; None for others. True, 2.0 and "2" are not, though some equal one."""
    is_numpys = type(value).__module__ == "numpy" and isinstance(value, Integral)
    if type(value) is not int and not is_numpys:
        return None
    number = int(value)  # type: ignore[call-overload]  # both kinds are whole numbers
    return number if 1 <= number <= NUM_CHOICES else None


def parse_clicks(raw: bytes) -> dict[str, object]:
    """What quiz_answers.json holds. Raises: BrokenClicks when that is no JSON object."""
    if len(raw) > LARGEST:
        raise BrokenClicks(say("larger than {size} bytes", size=f"{LARGEST:,}"))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BrokenClicks(say("not UTF-8 text (byte {place})", place=error.start)) from None
    if not text.strip():
        raise BrokenClicks(say("empty"))
    try:
        clicks = json.loads(text)
    except (ValueError, RecursionError):
        raise BrokenClicks(say("not JSON")) from None
    if not isinstance(clicks, dict):
        raise BrokenClicks(say(NO_OBJECT, kind=type(clicks).__name__, example='{"q1": …}'))
    return clicks


def shown(value: object) -> str:
    """The value in a few characters that can be printed anywhere."""
    kind = type(value).__name__
    try:
        text = _SHORT.repr(value)
    except Exception:  # an integer of thousands of digits, an object that cannot be shown
        return say("something ({kind})", kind=kind)
    says_all = value is None or isinstance(value, Opaque) or type(value) in (int, bool)
    return text if says_all else f"{text} ({kind})"


def _typed(typed: object) -> Source:
    if not isinstance(typed, dict):
        return Source("typed", "answers", {}, say(NO_DICT, value=shown(typed), example='{"q1": …}'))
    return _source("typed", "answers", dict.copy(typed))


def _clicked(clicked: bytes | None) -> Source:
    if clicked is None:
        return Source("clicked", FILE_NAME, {})
    try:
        return _source("clicked", FILE_NAME, parse_clicks(clicked))
    except BrokenClicks as problem:
        return Source("clicked", FILE_NAME, {}, say(UNREADABLE, file=FILE_NAME, problem=problem))


def _source(name: str, place: str, data: dict) -> Source:
    """The entries named as questions are, and a note on those that are not."""
    entries = {key: value for key, value in data.items() if type(key) is str and NAME.fullmatch(key)}
    others = [shown(key) for key in data if type(key) is not str or not NAME.fullmatch(key)]
    if not others:
        return Source(name, place, entries)
    message = MORE_OTHERS if len(others) > 3 else OTHERS
    problem = say(message, place=place, names=", ".join(others[:3]), count=len(others) - 3)
    return Source(name, place, entries, problem)


_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 30
_SHORT.maxdict = _SHORT.maxlist = _SHORT.maxtuple = _SHORT.maxset = _SHORT.maxlevel = 3
