"""Question banks: one form in YAML for the graded questions and for those to practise with.

graded: [q99, q98]           # which are asked, in this order; without it all are, as they stand
questions:
  - id: q99                  # small letters and a number; what `answers`, clicks and grade cells call it
    topic: lstm
    text: {en: …, zh: …}
    block: |                 # optional: code or a drawing in characters, shown as it stands
      …
    choices:                 # four
      - {en: …, zh: …}
    key: 2                   # the right choice, from 1; or those that count as right, such as [2, 3]
    dropped: true            # optional, for a question that turned out faulty: everybody gets its points
    explanation: {en: …, zh: …}
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import yaml

from course_utils.errors import CourseError
from course_utils.translation import language, say, to_say

NUM_CHOICES = 4
QUESTIONS_FILE = "questions.json"  # the graded questions as students get them, beside their notebook
LANGUAGES = ("en", "zh")
ID = re.compile(r"[a-z]+[1-9][0-9]{0,3}")
FIELDS = ("id", "topic", "text", "choices", "key", "explanation")
OPTIONAL = ("block", "dropped")
NO_KEY = to_say(
    "{where}: key is {key}, expected a number from 1 to {count}, or a list of those that count as right, such as [2, 3]"
)
EVERY_CHOICE = to_say("{where}: key names every choice; to give everybody the points, write `dropped: true` instead")
NOT_DROPPED = to_say("{where}: dropped is {value}, expected true, for points to everybody, or false")


class BankError(CourseError):
    """A bank is not as expected; the message names the question and says what was found."""


@dataclass(frozen=True)
class Bilingual:
    """The same in English and in Chinese. What stands in backticks is code, between double stars bold."""

    en: str
    zh: str

    @property
    def lines(self) -> tuple[str, ...]:
        """What is shown: both, English first, each once; in Chinese the Chinese alone."""
        return (self.zh,) if language() == "zh" else tuple(dict.fromkeys((self.en, self.zh)))

    @property
    def line(self) -> str:
        """The same in one line."""
        return " · ".join(self.lines)


@dataclass(frozen=True)
class PublicQuestion:
    """The part of a question that a student may see before answering."""

    id: str
    topic: str
    text: Bilingual
    choices: tuple[Bilingual, ...]
    block: str = dataclasses.field(default="", kw_only=True)  # lines in a font of fixed width


@dataclass(frozen=True)
class Question(PublicQuestion):
    """The whole question: `keys` are the numbers of the right choices, from 1, nearly always one.

    is_dropped: it turned out faulty, and whoever hands in gets its points.
    """

    keys: tuple[int, ...]
    explanation: Bilingual
    is_dropped: bool = dataclasses.field(default=False, kw_only=True)


@dataclass(frozen=True)
class Bank:
    """Questions by id, and the ids of those that are asked, in order."""

    graded: tuple[str, ...]
    questions: dict[str, Question]

    @property
    def asked(self) -> tuple[Question, ...]:
        """The graded questions, in order."""
        return tuple(self.questions[name] for name in self.graded)


def read_questions(path: Path) -> list[PublicQuestion]:
    """The questions in questions.json. Raises: OSError; ValueError, TypeError or KeyError when it is another file."""
    return [
        PublicQuestion(
            entry["id"],
            entry["topic"],
            Bilingual(**entry["text"]),
            tuple(Bilingual(**choice) for choice in entry["choices"]),
            block=entry.get("block", ""),
        )
        for entry in json.loads(path.read_text(encoding="utf-8"))
    ]


def load_bank(text: str) -> Bank:
    """The bank that a YAML text holds.

    Raises: BankError naming the question and the field that is missing, too much, or of another form.
    """
    try:
        data = yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise BankError(say("not YAML: {problem}", problem=_one_line(error))) from error
    fields = _fields(data, ("questions",), ("graded",), say("the bank"))
    entries = _list(fields["questions"], "questions")
    questions = [_question(entry, say("question {number}", number=number)) for number, entry in enumerate(entries, 1)]
    for name, times in Counter(question.id for question in questions).items():
        if times > 1:
            raise BankError(say("two questions have the id {name}", name=repr(name)))
    by_id = {question.id: question for question in questions}
    return Bank(_graded(fields.get("graded", list(by_id)), by_id), by_id)


def _graded(names: object, known: dict[str, Question]) -> tuple[str, ...]:
    names = _list(names, "graded")
    for position, name in enumerate(names):
        if not isinstance(name, str) or name not in known:
            raise BankError(
                say("graded: {name} is no question's id; known: {known}", name=repr(name), known=", ".join(known))
            )
        if name in names[:position]:
            raise BankError(say("graded: {name} is asked twice", name=repr(name)))
    return tuple(names)


def _question(entry: object, where: str) -> Question:
    if isinstance(entry, dict) and isinstance(entry.get("id"), str):
        where = f"{where} ({entry['id']})"
    fields = _fields(entry, FIELDS, OPTIONAL, where)
    name = _text(fields["id"], f"{where}: id")
    if not ID.fullmatch(name):
        raise BankError(
            say("{where}: id is {name}, expected small letters and a number, such as q7", where=where, name=repr(name))
        )
    choices = _list(fields["choices"], f"{where}: choices")
    if len(choices) != NUM_CHOICES:
        raise BankError(
            say("{where}: expected {count} choices, got {found}", where=where, count=NUM_CHOICES, found=len(choices))
        )
    return Question(
        id=name,
        topic=_text(fields["topic"], f"{where}: topic"),
        text=_bilingual(fields["text"], f"{where}: text"),
        block=_block(fields.get("block", ""), f"{where}: block"),
        choices=tuple(_bilingual(choice, f"{where}: choice {i}") for i, choice in enumerate(choices, 1)),
        keys=_keys(fields["key"], where),
        explanation=_bilingual(fields["explanation"], f"{where}: explanation"),
        is_dropped=_dropped(fields.get("dropped", False), where),
    )


def _keys(entry: object, where: str) -> tuple[int, ...]:
    keys = entry if isinstance(entry, list) else [entry]
    if not keys or any(type(key) is not int or not 1 <= key <= NUM_CHOICES for key in keys):
        raise BankError(say(NO_KEY, where=where, key=repr(entry), count=NUM_CHOICES))
    if len(set(keys)) < len(keys):
        raise BankError(say("{where}: key is {key}, which names a choice twice", where=where, key=repr(entry)))
    if len(keys) == NUM_CHOICES:
        raise BankError(say(EVERY_CHOICE, where=where))
    return tuple(keys)


def _dropped(entry: object, where: str) -> bool:
    if not isinstance(entry, bool):
        raise BankError(say(NOT_DROPPED, where=where, value=repr(entry)))
    return entry


def _bilingual(entry: object, where: str) -> Bilingual:
    fields = _fields(entry, LANGUAGES, (), where)
    return Bilingual(*(_text(fields[language], f"{where}: {language}") for language in LANGUAGES))


def _fields(entry: object, needed: tuple[str, ...], optional: tuple[str, ...], where: str) -> dict:
    if not isinstance(entry, dict):
        told = {"fields": ", ".join(needed), "found": _shown(entry)}
        raise BankError(say("{where}: expected the fields {fields}, got {found}", where=where, **told))
    for field in needed:
        if field not in entry:
            raise BankError(say("{where}: {field} is missing", where=where, field=repr(field)))
    for field in entry:
        if field not in needed + optional:
            known = ", ".join(needed + optional)
            raise BankError(
                say("{where}: {field} is no field; known: {known}", where=where, field=repr(field), known=known)
            )
    return entry


def _list(entry: object, where: str) -> list:
    if not isinstance(entry, list) or not entry:
        raise BankError(
            say("{where}: expected a list that is not empty, got {found}", where=where, found=_shown(entry))
        )
    return entry


def _text(entry: object, where: str) -> str:
    if not isinstance(entry, str) or not entry.strip():
        raise BankError(
            say("{where}: expected a text, got {found}; put it in quotes", where=where, found=_shown(entry))
        )
    return " ".join(entry.split())


def _block(entry: object, where: str) -> str:
    if not isinstance(entry, str):
        raise BankError(
            say("{where}: expected lines of text after `block: |`, got {found}", where=where, found=_shown(entry))
        )
    return entry.rstrip()


def _shown(entry: object) -> str:
    return f"{str(entry)[:40]!r} ({type(entry).__name__})" if entry is not None else say("nothing")


def _one_line(error: yaml.YAMLError) -> str:
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", error)
    return say("{problem} in line {line}", problem=problem, line=mark.line + 1) if mark else str(problem)


class _Loader(yaml.SafeLoader):
    """Refuses a field that stands twice: YAML would silently take the last one, and a key would be lost."""

    def construct_mapping(self, node, deep=False):
        names = Counter(str(key.value) for key, _ in node.value)
        for key, _ in node.value:
            if names[str(key.value)] > 1:
                problem = say("the field {field} stands twice", field=repr(key.value))
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
        return super().construct_mapping(node, deep)
