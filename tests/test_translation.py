"""Messages are said in the language that was chosen, and in English where nothing else is known."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from course_utils import language as public_language
from course_utils.errors import UsageError
from course_utils.filesystem import REPOSITORY
from course_utils.translation import (
    begins_as,
    in_english,
    language,
    remembering,
    say,
    say_list,
    say_sentences,
    speaking,
    to_say,
)


@pytest.fixture(autouse=True)
def catalogue(tmp_path, monkeypatch):
    """A catalogue with one translation, and one that has become stale."""
    import course_utils.translation as module

    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "some.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "{count} of {total} are answered"\nmsgstr "{total} 题中已答 {count} 题"\n\n'
        '#, fuzzy\nmsgid "an old sentence"\nmsgstr "旧句子"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(module, "CATALOGUES", tmp_path)
    monkeypatch.setattr(module, "_chosen", None)
    module._catalogue.cache_clear()
    yield
    module._catalogue.cache_clear()


def test_a_message_is_said_in_the_chosen_language():
    assert say("{count} of {total} are answered", count=3, total=5) == "3 of 5 are answered"
    assert public_language("zh") is None, "the last line of a cell shows nothing"
    assert public_language() == "zh"
    assert say("{count} of {total} are answered", count=3, total=5) == "5 题中已答 3 题"


def test_what_has_no_translation_or_a_stale_one_is_said_in_english():
    with speaking("zh"):
        assert say("never seen {name}", name="before") == "never seen before"
        assert say(to_say("an old sentence")) == "an old sentence"


def test_a_message_without_parts_may_have_braces():
    assert say("the set {1, 2}") == "the set {1, 2}"


def test_one_part_of_a_process_can_speak_another_language():
    language("zh")
    with speaking("en"):
        assert language() == "en"
        with speaking(None):
            assert language() == "en"
    assert language() == "zh"


def test_what_was_said_can_be_found_again_in_english():
    with speaking("zh"), remembering():
        said = say("{count} of {total} are answered", count=3, total=5)
        assert in_english(f"q1\n{said}") == "q1\n3 of 5 are answered"
        assert in_english(say("why: {reason}", reason=said)) == "why: 3 of 5 are answered"
    assert in_english(said) == said, "it is remembered no longer than it is wanted"


def test_an_unknown_language_is_refused_with_the_choices():
    with pytest.raises(UsageError, match=r"expected 'en' or 'zh', got 'de'"):
        language("de")


@pytest.mark.parametrize(
    ("environment", "spoken"),
    [
        ({"COURSE_LANG": "zh", "LANG": "en_US.UTF-8"}, "zh"),
        ({"COURSE_LANG": "en", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "de_DE.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
    ],
)
def test_a_process_speaks_what_its_environment_asks_for(environment, spoken):
    others = {
        k: v for k, v in os.environ.items() if k not in ("COURSE_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    }
    run = subprocess.run(
        [sys.executable, "-c", "from course_utils.translation import language; print(language())"],
        env={**others, "PYTHONPATH": str(REPOSITORY), **environment}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert run.stdout.strip() == spoken


def test_a_sentence_is_kept_with_its_parts_and_said_in_each_language():
    later = to_say("{count} of {total} are answered", count=3, total=5)
    assert later == "3 of 5 are answered" == say(later)
    with speaking("zh"):
        assert say(later) == "5 题中已答 3 题"
        assert say(later.having(count=4)) == "5 题中已答 4 题"


def test_parts_that_are_messages_are_said_too_and_no_space_stands_between_chinese_words():
    all_of_them = to_say("{count} of {total} are answered", count=to_say("an old sentence"), total="全部")
    with speaking("zh"):
        assert say(all_of_them) == "全部题中已答 an old sentence 题"


def test_a_list_has_the_comma_of_the_language():
    assert say_list(["a", "b"]) == "a, b"
    with speaking("zh"):
        assert say_list(["a", "b"]) == "a、b"


def test_a_space_parts_sentences_but_not_those_that_end_in_a_chinese_full_stop():
    assert say_sentences("One.", "", "Two.") == "One. Two."
    assert say_sentences("<b>一。</b>", "二。", "三") == "<b>一。</b>二。三"
    assert say_sentences("✓", "一。") == "✓ 一。"


def test_a_message_is_known_by_its_beginning_in_english_and_in_what_is_spoken():
    assert begins_as("never seen before", "never seen {name}") and not begins_as("seen", "never seen {name}")
    with speaking("zh"):
        assert begins_as("never seen before", "never seen {name}")


def test_who_has_not_chosen_hears_what_the_instructor_has_set(monkeypatch):
    import course_utils.translation as module

    monkeypatch.setattr(module, "wished_language", lambda: "zh")
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    for wanted, spoken in (("", "zh"), ("en", "en")):
        module._of_the_process.cache_clear()
        monkeypatch.setenv("COURSE_LANG", wanted)
        assert language() == spoken
    module._of_the_process.cache_clear()


def test_a_sentence_is_said_in_an_f_string_and_stays_english_as_a_string():
    sentence = to_say("{count} of {total} are answered", count=3, total=5)
    with speaking("zh"):
        assert f"{sentence}。" == "5 题中已答 3 题。"
        whole = to_say("so: {what}", what=sentence)
    assert str(whole) == "so: 3 of 5 are answered"
