"""The verdict on a quiz's question: right or wrong, where the choice was made, and the explanation."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils import translation
from course_utils.errors import CourseError
from course_utils.filesystem import REPOSITORY
from course_utils.quiz.bank import load_bank
from course_utils.quiz.key import is_unanswered, names_choice, quiz_verdict

BANK = load_bank((REPOSITORY / "source" / "quiz-bank.yaml").read_text(encoding="utf-8"))
QUESTION = BANK.questions["q1"]


def verdict(typed, clicked=None, question="q1"):
    return quiz_verdict(BANK, question, typed, clicked)


@pytest.mark.parametrize("question", BANK.questions.values(), ids=BANK.questions)
def test_of_the_four_choices_the_key_alone_is_right(question):
    for choice in (1, 2, 3, 4):
        typed, clicked = {question.id: choice}, f'{{"{question.id}": {choice}}}'.encode()
        for found in (verdict(typed, None, question.id), verdict({}, clicked, question.id)):
            assert found.passed == (choice == question.keys[0])
            assert (found.points, found.max_points) == (float(found.passed), 1.0)


def test_a_right_one_says_so_and_explains():
    found = verdict({"q1": 2})
    assert found.text().startswith("✓ quiz.q1: choice 2 is right: input gate · 输入门 (1 of 1 points)\n")
    assert "typed" in found.text()
    assert QUESTION.explanation.en in found.text() and QUESTION.explanation.zh in found.text()


def test_a_wrong_one_names_the_choice_that_is_right_and_explains():
    found = verdict({}, b'{"q1": 3}')
    assert found.text().startswith("quiz.q1: choice 3 is not right: output gate · 输出门 (0 of 1 points)\n")
    assert "Right is 2, input gate" in found.text() and "clicked" in found.text()
    assert QUESTION.explanation.en in found.text()


def test_the_sentence_is_the_same_for_all_who_took_the_same_choice():
    assert verdict({"q1": 3}).sentence == verdict({"q1": None}, b'{"q1": 3}').sentence


def test_a_typed_wrong_choice_wins_over_a_right_click():
    assert verdict({"q1": 3}, b'{"q1": 2}').points == 0


def test_a_right_click_counts_where_no_valid_number_is_typed():
    found = verdict({"q1": True}, b'{"q1": 2}')
    assert found.points == 1
    assert 'Did not count: "q1" in answers is True' in found.text()


@pytest.mark.parametrize("typed", [{}, {"q2": 2}], ids=["none", "another"])
def test_no_answer_is_named_as_such_and_explained(typed):
    found = verdict(typed)
    assert (found.passed, found.points, found.sentence) == (False, 0, "not answered")
    assert QUESTION.explanation.en in found.text()


def test_a_malformed_answer_is_named_by_its_reason():
    assert verdict({"q1": 9}).sentence.startswith('no valid answer: "q1" in answers is 9')


def test_the_page_shows_code_as_code_and_no_html_of_a_student():
    page = verdict({"q1": "<img src=x>"})._repr_html_()
    assert "<img" not in page and "<code>I_t</code>" in page


# A question that turned out faulty


def faulty(typed, **changes):
    """The verdict on q1 in a bank where it has these changes."""
    bank = dataclasses.replace(BANK, questions={"q1": dataclasses.replace(QUESTION, **changes)})
    return quiz_verdict(bank, "q1", typed, None)


@pytest.mark.parametrize("typed", [{"q1": 2}, {"q1": 3}, {"q1": "all"}, {}, None])
def test_of_a_dropped_question_everybody_gets_the_points(typed):
    found = faulty(typed, is_dropped=True)
    assert (found.passed, found.points) == (True, 1.0)
    assert "was dropped: everybody who handed in gets its points" in found.sentence
    assert "Right is" not in found.text() and QUESTION.explanation.en in found.text()


def test_each_of_two_keys_is_right_and_another_choice_is_told_both():
    assert [faulty({"q1": choice}, keys=(2, 3)).points for choice in (1, 2, 3, 4)] == [0, 1, 1, 0]
    assert "choice 3 is right: output gate" in faulty({"q1": 3}, keys=(2, 3)).text()
    assert "Right is 2, input gate · 输入门, or 3, output gate · 输出门." in faulty({"q1": 1}, keys=(2, 3)).details


def test_a_question_that_the_bank_does_not_have_is_the_instructors_mistake():
    with pytest.raises(CourseError, match="the bank has no question 'q99'; it has q1, q2"):
        verdict({}, None, "q99")


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2) | st.just("q1"), inner, max_size=3),
    max_leaves=10,
)


@given(typed=plain, clicked=st.none() | st.binary())
def test_whatever_comes_there_is_a_verdict_with_no_or_all_points(typed, clicked):
    found = verdict(typed, clicked)
    assert found.points == (1.0 if found.passed else 0.0)
    assert found.sentence and "\n" not in found.sentence
    assert found.text().encode() and found._repr_html_().encode()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_sentence_is_recognised_in_every_language(monkeypatch, language):
    catalogue = {"not answered": "没有回答", "choice {choice} is not right: {text}": "选项 {choice} 不对：{text}"}
    monkeypatch.setattr(translation, "_catalogue", {"zh": catalogue}.__getitem__)
    with translation.speaking(language):
        unanswered = quiz_verdict(BANK, "q1", {}, None).sentence
        wrong = quiz_verdict(BANK, "q1", {"q1": 1}, None).sentence
        invalid = quiz_verdict(BANK, "q1", {"q1": 9}, None).sentence
    assert is_unanswered(unanswered) and is_unanswered(unanswered, also_invalid=False)
    assert is_unanswered(invalid) and not is_unanswered(invalid, also_invalid=False)
    assert names_choice(wrong) and not is_unanswered(wrong) and not names_choice(unanswered)
