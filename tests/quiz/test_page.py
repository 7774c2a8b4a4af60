"""A question as HTML and as plain text: both languages, code as code, and the answer only where it belongs."""

from __future__ import annotations

from dataclasses import replace

from course_utils.quiz.bank import Bilingual, Question
from course_utils.quiz.page import (
    as_text,
    boxed,
    explanation_html,
    folded_html,
    head_html,
    html,
    keys_text,
    label,
    plain,
)

QUESTION = Question(
    id="q7",
    topic="gru",
    text=Bilingual("Which gate is `Z`?", "`Z` 是哪个门？"),
    choices=tuple(Bilingual(f"choice {i}", f"选项 {i}") for i in range(1, 5)),
    keys=(3,),
    explanation=Bilingual("Because of <this>.", "因为。"),
)


def test_backticks_become_code_and_everything_else_is_escaped():
    assert html("`a<b` & <i>") == "<code>a&lt;b</code> &amp; &lt;i&gt;"


def test_the_head_has_name_and_text_in_both_languages():
    head = head_html(QUESTION)
    assert "q7" in head and "<code>Z</code>?" in head and "是哪个门" in head


def test_the_explanation_is_in_both_languages():
    assert explanation_html(QUESTION) == "Because of &lt;this&gt;.<br>因为。"


def test_the_answer_is_folded_away_behind_the_choices():
    page = folded_html(QUESTION)
    assert page.count("<li>") == 4
    assert page.index("choice 4") < page.index("<details>") < page.index("<b>3.</b>") < page.index("</details>")


def test_plain_text_numbers_the_choices_and_keeps_the_answer_to_itself():
    text = as_text(QUESTION)
    assert [line.strip()[:2] for line in text.splitlines()[2:]] == ["1.", "2.", "3.", "4."]
    assert "Because" not in text


def test_a_label_has_no_markup_and_says_the_same_once():
    assert label(Bilingual("`Z`", "`Z`")) == "Z"
    assert label(Bilingual("yes", "是")) == "yes · 是"


def test_double_stars_are_bold_except_in_code():
    assert html("do **not** `a ** b ** c` 2 ** 3 ** 4") == (
        "do <strong>not</strong> <code>a ** b ** c</code> 2 ** 3 ** 4"
    )
    assert plain("do **not** `a**b**c`") == "do not a**b**c"


def test_several_keys_are_joined_in_words():
    assert keys_text(QUESTION) == "3"
    assert keys_text(replace(QUESTION, keys=(2, 3))) == "2 or 3"


def test_a_box_has_a_colour_and_its_letters_have_the_pages():
    assert "border-left:4px solid red" in boxed("red", "text") and ";color:" not in boxed("red", "text")
