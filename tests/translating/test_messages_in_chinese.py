"""The catalogues of the diagnosis and the checks: complete, with every part, and in Chinese."""

from __future__ import annotations

import re

import pytest

from course_utils.translating import catalogues
from course_utils.translating.messages import messages_by_room
from course_utils.translation import CATALOGUES
from tests.chinese_sentences import faults

MESSAGES = messages_by_room(CATALOGUES.parent)
PARTS = re.compile(r"\{\w+\}")
ALONE = {
    "an {kind}",
    "a {kind}",
    "{mistake}.",
    "{one}; {other}",
    "{word}: {name}",
    " ({worth})",
}  # in Chinese no words, but signs


def translations(room: str) -> list[tuple[str, str]]:
    catalogue = catalogues.read(CATALOGUES / "zh" / f"{room}.po", "zh")
    return [(unit.text, catalogues.lookup(catalogue, unit)) for unit in MESSAGES[room]]


@pytest.mark.parametrize("room", ["equations", "checks"])
def test_every_message_is_translated_with_all_its_parts(room):
    for english, chinese in translations(room):
        assert chinese != english, english
        assert set(PARTS.findall(chinese)) == set(PARTS.findall(english)), (english, chinese)


@pytest.mark.parametrize("room", ["equations", "checks"])
def test_no_message_has_english_words_left(room):
    for english, chinese in translations(room):
        if english not in ALONE:
            found = faults(PARTS.sub("", chinese))
            assert not found, (found, chinese)


@pytest.mark.parametrize("room", ["equations", "checks"])
def test_a_translation_has_no_number_that_the_english_has_not(room):
    """What students read of secret cases ends where a line has a number: that must be the same line."""
    for english, chinese in translations(room):
        assert set(re.findall(r"\d", chinese)) <= set(re.findall(r"\d", english)), (english, chinese)
