"""Who does not read Chinese sees the sound and a meaning of each character of the lyrics."""

import re

import course_utils as d2l
from course_utils.data.glosses import known
from course_utils.translation import speaking


def test_every_character_that_a_network_can_write_has_a_gloss():
    _, _, characters, _ = d2l.load_data_jay_lyrics()
    assert {character for character in characters if not character.isspace()} == known().keys()


def test_a_gloss_is_pinyin_with_its_tone_and_a_short_meaning():
    for character, gloss in known().items():
        assert re.fullmatch("[a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜ]+", gloss.pinyin), character
        assert re.fullmatch("[A-Za-z0-9 '-]{1,14}", gloss.meaning), character


def test_a_terminal_shows_each_stretch_once_below_the_text():
    assert repr(d2l.gloss("不分开 街 街")) == (
        "不分开 街 街\n    不分开  bù fēn kāi: not · divide · open\n    街  jiē: street"
    )


def test_a_notebook_shows_three_lines_for_each_character():
    page = d2l.gloss("街<灯")._repr_html_()
    shown = [re.sub("<[^>]*>", " ", part).split() for part in page.split("</span>")[:-1]]
    assert shown == [["jiē", "街", "street"], ["&lt;"], ["dēng", "灯", "lamp"]]


def test_what_is_not_in_the_lyrics_is_shown_as_it_is():
    assert repr(d2l.gloss("abc 囍")) == "abc 囍"
    assert "囍" in d2l.gloss("囍")._repr_html_()


def test_in_chinese_only_the_text_is_shown():
    with speaking("zh"):
        assert repr(d2l.gloss("不分开")) == "不分开"
        assert d2l.gloss("不分开")._repr_html_() == "<div>不分开</div>"
