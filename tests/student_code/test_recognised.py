"""What a gradebook holds in Chinese is recognised by one who reads it in English, and the other way round."""

from __future__ import annotations

import pytest

import course_utils.translation as translation
from course_utils.student_code.recognised import (
    LOSS_DIFFERS,
    NOT_WRITTEN,
    RAISES,
    says_losses_differ,
    says_unwritten,
)
from course_utils.translation import LANGUAGES, say, speaking


@pytest.fixture(autouse=True)
def catalogue(monkeypatch):
    words = {"not written yet: {what}": "尚未编写：{what}", str(LOSS_DIFFERS): "训练第 {step} 步的损失不同：{why}"}
    monkeypatch.setattr(translation, "_catalogue", lambda code: words)


@pytest.mark.parametrize("stored", LANGUAGES)
@pytest.mark.parametrize("read", LANGUAGES)
def test_what_is_not_written_is_known_in_every_language(stored, read):
    with speaking(stored):
        text = say(NOT_WRITTEN, what=RAISES)
        losses = say(LOSS_DIFFERS, step=1, loss=2, right=3, why="…")
    with speaking(read):
        assert says_unwritten(text, LANGUAGES) and says_unwritten(f"gru.forward: {text}", LANGUAGES)
        assert says_losses_differ(losses, LANGUAGES)
        assert not says_unwritten(losses, LANGUAGES) and not says_losses_differ(text, LANGUAGES)


def test_who_speaks_chinese_knows_what_a_process_said_in_english():
    with speaking("zh"):
        assert says_unwritten("not written yet: the cell still raises NotImplementedError")
    assert not says_unwritten("尚未编写：…")
