"""What was said in one language is recognised by one who speaks another."""

from __future__ import annotations

import pytest

import course_utils.translation as translation
from course_utils.student_code.recognised import NOT_WRITTEN, RAISES, says_unwritten
from course_utils.translation import LANGUAGES, say, speaking


@pytest.fixture(autouse=True)
def catalogue(monkeypatch):
    monkeypatch.setattr(translation, "_catalogue", lambda code: {"not written yet: {what}": "尚未编写：{what}"})


@pytest.mark.parametrize("stored", LANGUAGES)
@pytest.mark.parametrize("read", LANGUAGES)
def test_what_is_not_written_is_known_in_every_language(stored, read):
    with speaking(stored):
        text = say(NOT_WRITTEN, what=RAISES)
    with speaking(read):
        assert says_unwritten(text, LANGUAGES) and says_unwritten(f"gru.forward: {text}", LANGUAGES)
        assert not says_unwritten("the values are not written yet", LANGUAGES)


def test_who_speaks_chinese_knows_what_a_process_said_in_english():
    with speaking("zh"):
        assert says_unwritten("not written yet: the cell still raises NotImplementedError")
    assert not says_unwritten("尚未编写：…")
