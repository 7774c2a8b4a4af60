"""The pronunciation and a meaning of each character of the lyrics, for readers who know no Chinese."""

from __future__ import annotations

from functools import cache
from html import escape
from importlib.resources import files
from typing import NamedTuple

from course_utils.translation import language

_PLACE = "display:inline-block;vertical-align:top;text-align:center;line-height:1.3;margin:.15em .25em"


class Known(NamedTuple):
    """A character's pronunciation in pinyin, and a meaning that it has in the songs."""

    pinyin: str
    meaning: str


class Gloss:
    """A text with its glosses, which a notebook shows above and below its characters."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        """The text; below it a line for each of its stretches between spaces."""
        if language() == "zh":
            return self.text
        lines = dict.fromkeys(stretch for stretch in self.text.split() if any(c in known() for c in stretch))
        return "\n".join([self.text, *(f"    {_spoken(line)}" for line in lines)])

    def _repr_html_(self) -> str:
        if language() == "zh":
            return f"<div>{escape(self.text)}</div>"
        return f"<div>{''.join(map(_column, self.text))}</div>"


def gloss(text: str) -> Gloss:
    """Shows a text of the lyrics with the pinyin above each character and a meaning below.

    A character has one meaning here, the one that it has most often in the songs; what the course's corpus does not
    have is shown as it is. In Chinese only the text is shown.
    """
    return Gloss(text)


@cache
def known() -> dict[str, Known]:
    """Character -> pronunciation and meaning."""
    text = files("course_utils.data").joinpath("glosses.txt").read_text(encoding="utf-8")
    parts = (line.split(maxsplit=2) for line in text.splitlines())
    return {character: Known(pinyin, meaning) for character, pinyin, meaning in parts}


def _spoken(stretch: str) -> str:
    found = [known()[character] for character in stretch if character in known()]
    return f"{stretch}  {' '.join(one.pinyin for one in found)}: {' · '.join(one.meaning for one in found)}"


def _column(character: str) -> str:
    found = known().get(character, Known("\u00a0", "\u00a0"))
    parts = (f"<small>{escape(found.pinyin)}</small>", escape(character), f"<small>{escape(found.meaning)}</small>")
    return f'<span style="{_PLACE}">{"<br>".join(parts)}</span>'
