"""The language in which the course speaks: English, or what the catalogues in `locale/` have.

A message is written in English where it is needed, as one whole sentence with names for its parts, and looked up
when it is shown: `say("{count} of {total} questions are answered", count=3, total=5)`.
A constant that is shown later is marked with `to_say("...")`, so that the catalogues have it, and goes through `say`
when it is shown. So does a sentence that is made now and shown later: `to_say("{gate} is missing", gate="Z")`.
"""

from __future__ import annotations

import locale
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from string import Formatter
from typing import overload

from course_utils.edition import wished_language
from course_utils.errors import UsageError

CATALOGUES = Path(__file__).resolve().parent / "locale"
HANZI = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
LANGUAGES = {"en": "English", "zh": "简体中文"}
COMMAS = {"en": ", ", "zh": "、"}  # between the things of a list

_chosen: str | None = None  # by language(), for this process
_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)  # by speaking(), for a part of it
_english: ContextVar[dict[str, str] | None] = ContextVar("english", default=None)  # line -> the same in English


@overload
def language() -> str: ...
@overload
def language(code: str) -> None: ...
def language(code: str | None = None) -> str | None:
    """Choose the language of this process, "en" or "zh"; without an argument say which one is spoken.

    Default: `COURSE_LANG`, then what the instructor has set for the students' edition, then the system's language,
    then English. Raises UsageError for another code.
    """
    global _chosen
    if code is not None:
        _chosen = _known(code, "language()")
        return None  # the last line of a notebook's cell would show it
    return _spoken.get() or _chosen or _of_the_process(os.environ.get("COURSE_LANG", ""))


@contextmanager
def speaking(code: str | None) -> Iterator[None]:
    """Speak another language for a while, as the judge does with each student; None changes nothing."""
    token = _spoken.set(_known(code, "speaking()") if code else _spoken.get())
    try:
        yield
    finally:
        _spoken.reset(token)


class Sentence(str):
    """A message to be said later. As a string it is its English: so it is compared, sorted and stored.

    In an f-string, and in a longer message, it is said.
    """

    template: str
    parts: dict[str, object]

    def __format__(self, spec: str) -> str:
        return format(say(self), spec)

    def having(self, **parts: object) -> Sentence:
        """The same with some parts exchanged."""
        return to_say(self.template, **{**self.parts, **parts})


def say(message: str, /, **parts: object) -> str:
    """The message in the language that is spoken, with its parts filled in; in English where it has no translation.

    A message without parts is taken as it is, braces and all. Parts that come from `to_say` are said in turn.
    """
    code = language()
    if isinstance(message, Sentence) and not parts:
        message, parts = (str(message), {}) if code == "en" else (message.template, message.parts)
    if code == "en":
        return message.format(**parts) if parts else message
    spoken = _catalogue(code).get(message, message)
    said = {name: say(part) if isinstance(part, Sentence) else part for name, part in parts.items()}
    for name, part in said.items():
        spoken = _closed_up(spoken, name, str(part))
    whole = spoken.format(**said) if said else spoken
    _remember(whole, message, parts)
    return whole


@contextmanager
def remembering() -> Iterator[None]:
    """Within this, `in_english` knows all that is said meanwhile in another language."""
    token = _english.set({})
    try:
        yield
    finally:
        _english.reset(token)


def in_english(text: str) -> str:
    """The text with each line that was said in another language in English, as far as it is remembered."""
    known = _english.get() or {}
    return "\n".join(known.get(line, line) for line in text.splitlines())


def _remember(said: str, message: str, parts: dict[str, object]) -> None:
    known = _english.get()
    if known is not None:
        english = {name: in_english(part) if isinstance(part, str) else part for name, part in parts.items()}
        whole = message.format(**english) if parts else message
        known.update(zip(said.splitlines(), whole.splitlines(), strict=False))


def to_say(message: str, /, **parts: object) -> Sentence:
    """Mark a message for the catalogues, and keep it with its parts; `say` says it when it is shown."""
    english = {name: str(part) if isinstance(part, Sentence) else part for name, part in parts.items()}
    sentence = Sentence(message.format(**english) if parts else message)
    sentence.template, sentence.parts = message, parts
    return sentence


def say_list(items: Iterable[str]) -> str:
    """Several things one after the other, with the comma of the language."""
    return COMMAS[language()].join(map(say, items))


def say_sentences(*sentences: str) -> str:
    """Sentences, perhaps in HTML, as one text: with a space between two, but for those that end as Chinese ones do."""
    return re.sub(r"([。！？](?:</\w+>)?) ", r"\1", " ".join(filter(None, sentences)))


def begins_as(text: str, message: str, languages: Iterable[str] = ()) -> bool:
    """Whether a text begins as this message does, up to its first part, in English, the language spoken or these.

    So is known what another process has said, or what was stored.
    """
    said = (
        message if code == "en" else _catalogue(code).get(message, message) for code in ("en", language(), *languages)
    )
    return any(text.startswith(each.partition("{")[0]) for each in said)


def _closed_up(message: str, name: str, part: str) -> str:
    """The message without the space between its Chinese words and a part's, where the part may be a Latin name too."""
    if HANZI.match(part[:1]):
        message = re.sub(rf"(?<={HANZI.pattern}) (?=\{{{name}\}})", "", message)
    return re.sub(rf"(?<=\{{{name}\}}) (?={HANZI.pattern})", "", message) if HANZI.match(part[-1:]) else message


def heard(message: str, text: str) -> dict[str, str] | None:
    """The parts of a text that `say(message, …)` has made, in whatever language; None for any other text."""
    for code in LANGUAGES:
        with speaking(code):
            found = re.fullmatch(_pattern(say(message)), text, re.DOTALL)
        if found:
            return found.groupdict()
    return None


@cache
def _pattern(spoken: str) -> str:
    pattern, known = "", set[str]()
    for literal, name, _, _ in Formatter().parse(spoken):
        pattern += re.escape(literal)
        if name is not None:
            pattern += f"(?P={name})" if name in known else f"(?P<{name}>.*)"
            known.add(name)
    return pattern


def preload(code: str) -> None:
    """Read the language's catalogue now, and not with the first message."""
    if code != "en":
        _catalogue(code)


@cache
def _catalogue(code: str) -> dict[str, str]:
    """English -> the other language, for all messages that are translated and not stale."""
    from babel.messages.pofile import read_po

    translated: dict[str, str] = {}
    for path in sorted((CATALOGUES / code).glob("*.po")):
        with open(path, "rb") as file:
            for unit in read_po(file, locale=code):
                if unit.id and unit.string and not unit.fuzzy:
                    translated[str(unit.id)] = str(unit.string)
    return translated


@cache
def _of_the_process(wanted: str) -> str:
    if wanted:
        return _known(wanted, "COURSE_LANG")
    if (wished := wished_language()) in LANGUAGES:
        return wished
    return "zh" if _system_language().lower().startswith(("zh", "chinese")) else "en"


def _system_language() -> str:
    """What the environment asks for, as gettext reads it; on Windows the user's setting."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return os.environ[name]
    return locale.getlocale()[0] or ""


def _known(code: str, where: str) -> str:
    if code not in LANGUAGES:
        choices = " or ".join(repr(known) for known in LANGUAGES)
        raise UsageError(f"{where}: expected {choices}, got {code!r}")
    return code
