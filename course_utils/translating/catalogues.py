"""Catalogues in gettext's form: each unit with its translation, stale where the English has changed since."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from course_utils.filesystem import write_atomically
from course_utils.translating.units import Unit

# Without dates and names, so that the same units give the same bytes.
HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Language: {language}\\n"\n\n'


def read(path: Path, language: str) -> Catalog:
    """The catalogue in a file; an empty one when there is no such file."""
    if not path.exists():
        return _empty(language)
    with open(path, "rb") as file:
        return read_po(file, locale=language)


def synced(old: Catalog, units: Iterable[Unit]) -> Catalog:
    """A catalogue of exactly these units, with the translations that are there.

    The translation of a cell whose English has changed is kept, marked as stale (gettext's word is fuzzy), with the
    English that it translates in a comment; whoever has mended it deletes the mark. What is no longer a unit is
    left out.
    """
    catalogue = _empty(str(old.locale))
    by_key = {message.context: message for message in old if message.id and message.context}
    for key, text in units:
        known = old.get(text, context=key)
        if known is not None:
            comments = known.user_comments if known.fuzzy else ()
            catalogue.add(text, known.string, context=key, flags=known.flags, user_comments=comments)
        elif key in by_key and by_key[key].string:
            stale = by_key[key]
            was = stale.user_comments if stale.fuzzy else [f"was: {line}" for line in str(stale.id).splitlines()]
            catalogue.add(text, stale.string, context=key, flags={"fuzzy"}, user_comments=was)
        else:
            catalogue.add(text, "", context=key)
    return catalogue


def write(catalogue: Catalog, path: Path, dry: bool = False) -> bool:
    """Write the catalogue if the file has another, and say whether it had; `dry` writes nothing."""
    file = io.BytesIO()
    write_po(file, catalogue, width=0, omit_header=True)
    text = HEADER.format(language=catalogue.locale) + file.getvalue().decode("utf-8")
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    if dry:
        return True
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, text)
    return True


def untranslated(catalogue: Catalog) -> list[Message]:
    """The units that have no translation, or a stale one."""
    return [message for message in catalogue if message.id and (message.fuzzy or not message.string)]


def lookup(catalogue: Catalog, unit: Unit) -> str:
    """The translation of a unit; the English where there is none, or a stale one."""
    message = catalogue.get(unit.text, context=unit.key)
    return unit.text if message is None or message.fuzzy or not message.string else str(message.string)


def _empty(language: str) -> Catalog:
    return Catalog(locale=language, charset="utf-8", fuzzy=False)
