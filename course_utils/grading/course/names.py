"""People's names: how a full name is put together, and how one is taken apart."""

from __future__ import annotations


def full_name(first: str | None, last: str | None) -> str:
    """The name as it is said: "Ada Lovelace", 王小明."""
    names = [name.strip() for name in (first, last) if name and name.strip()]
    if names and all(is_east_asian(name) for name in names):
        return "".join(reversed(names))
    return " ".join(names)


def split_name(name: str) -> tuple[str, str]:
    """(given, family) name of a full one: "Lovelace, Ada", "Ada Lovelace".

    Where nothing says which part is which, as in 欧阳修, all of it is the family name, and is said as it was.
    """
    name = " ".join(name.replace("，", ",").split())
    last, comma, first = name.partition(",")
    if comma:
        return first.strip(), last.strip()
    if is_east_asian(name):
        return "", name
    first, _, last = name.partition(" ")
    return (first, last) if last else ("", first)


def is_east_asian(name: str) -> bool:
    """Whether the family name comes first, without a space: the name is in Chinese characters, kana or Hangul."""
    letters = [character for character in name if character.isalpha()]
    return bool(letters) and all("\u3040" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7a3" for letter in letters)
