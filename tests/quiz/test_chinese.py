"""In Chinese the quiz, practice and predictions are Chinese alone."""

from __future__ import annotations

import re

import pytest

from course_utils.filesystem import REPOSITORY
from course_utils.quiz.answers import merged_answers, parse_clicks
from course_utils.quiz.bank import BankError, load_bank
from course_utils.quiz.build import _markdown
from course_utils.quiz.buttons import PRACTICE, practice
from course_utils.quiz.form_check import QuizTask
from course_utils.quiz.guess import LINES, Asked, Guesses
from course_utils.quiz.key import is_unanswered, names_choice, quiz_verdict
from course_utils.quiz.page import as_text, folded_html
from course_utils.quiz.predictions import predict
from course_utils.quiz.sheet import card, state
from course_utils.translation import speaking
from tests.chinese import assert_chinese

SOURCE = (REPOSITORY / "source" / "quiz-bank.yaml").read_text(encoding="utf-8")
BANK = load_bank(SOURCE)
QUESTIONS = [*load_bank(PRACTICE.read_text(encoding="utf-8")).asked, *BANK.questions.values()]
CLICKS = [None, b'{"q1": 2}', b"", b"\xff", b"[]", b"{", b'{"a": 1, "b": 2, "c": 3, "d": 4}']
ENGLISH = re.compile(r"\b(the|is|are|which|what|and|does|has|was)\b", re.IGNORECASE)


@pytest.fixture(autouse=True)
def chinese():
    with speaking("zh"):
        yield


def test_questions_and_their_explanations_are_shown_in_chinese_alone():
    for question in QUESTIONS:
        require_chinese_alone(question)


def require_chinese_alone(question):
    shown = "\n".join([folded_html(question), as_text(question), _markdown(question), *card(question).labels])
    without_code = re.sub(r"<code>.*?</code>|<pre.*?</pre>|`[^`]*`|```.*?```|<[^>]*>", " ", shown, flags=re.DOTALL)
    if question.block:
        without_code = without_code.replace(question.block, " ")
    assert question.text.en not in shown and question.explanation.en not in shown
    assert ENGLISH.findall(without_code) == []


def test_the_notebook_of_the_quiz_says_the_points_in_chinese():
    assert _markdown(QUESTIONS[-1]).startswith(f"### {QUESTIONS[-1].id}（1 分）\n")


@pytest.mark.parametrize("typed", [{}, {"q1": 2}, {"q1": "2"}, {"q1": 7, "other": 1}, 3, {"q1": object()}])
@pytest.mark.parametrize(
    "clicked", [None, b'{"q1": 2}', b"", b"\xff", b"[]", b"{", b'{"a": 1, "b": 2, "c": 3, "d": 4}']
)
def test_a_verdict_is_chinese_and_known_for_what_it_is(typed, clicked):
    verdict = quiz_verdict(BANK, BANK.graded[0], typed, clicked)
    for line in (verdict.sentence, *verdict.details, verdict.worth):
        assert not ENGLISH.search(re.sub("`[^`]*`", "", line))
    assert is_unanswered(verdict.sentence) or names_choice(verdict.sentence)
    assert is_unanswered(verdict.sentence) != names_choice(verdict.sentence)
    for note in merged_answers(typed, clicked)["q1"].notes:
        assert_chinese(note, "answers q1 q2 other list int str dict object")


def test_the_line_below_the_buttons_is_chinese(tmp_path):
    for typed in ({}, {"q1": 2}, {"q1": "a"}):
        assert_chinese(state("q1", typed, tmp_path).line.replace("<br>", " ").replace("&quot;", ""), "answers str code")
    assert_chinese(QuizTask("quiz.q1").examine().sentence, "check quiz.q1 answers")


def test_what_is_wrong_with_a_bank_is_said_in_chinese():
    one = SOURCE[SOURCE.index("questions:") :].split("  - id:")
    good = f"{one[0]}  - id:{one[1]}"
    fields = "graded key topic topics id text choices explanation block dropped list"
    for old, new in (("id: q", "id: Q"), ("key: ", "key: 9"), ("topic: ", "topics: "), ("ques", "graded: []\nques")):
        with pytest.raises(BankError) as caught:
            load_bank(good.replace(old, new, 1))
        assert_chinese(str(caught.value), fields)


def test_guessing_characters_is_said_in_chinese():
    asked = Asked(Guesses(LINES))
    first = LINES[0]
    groups = asked.groups()[:2]
    assert groups[0].labels == ["海", "雨", "心", "话"]
    said = [group.lead for group in groups]
    right = [candidate.char for candidate in first.candidates].index(first.right) + 1
    asked.choose("next-1", right)
    said += [asked.choose("sure-1", 1)["sure-1"].line, asked.total()]
    for text in said:
        assert_chinese(re.sub("<[^>]*>", " ", text))


def test_a_prediction_is_asked_and_answered_in_chinese(capsys):
    guess = predict("会怎样？", ["变大", "变小"])
    guess.answer("变大", "因为如此。")
    guess.choice = "变小"
    guess.answer("变大", "因为如此。")
    guess.choice = "变大"
    guess.answer("变大")
    for line in capsys.readouterr().out.splitlines():
        assert_chinese(line)
    for wrong in (lambda: predict("?", "text"), lambda: predict("?", ["一"]), lambda: predict("?", ["一", "一"])):
        with pytest.raises(ValueError) as caught:
            wrong()
        assert_chinese(str(caught.value), "choices str")


def test_practice_is_chinese(capsys):
    practice("gru", count=2)
    assert not ENGLISH.search(re.sub("`[^`]*`", "", capsys.readouterr().out))
    for wrong in (lambda: practice("magic"), lambda: practice([]), lambda: practice("gru", count=0)):
        with pytest.raises(ValueError) as caught:
            wrong()
        assert_chinese(str(caught.value), "count magic before rnn gru lstm birnn")


def test_a_broken_file_of_clicks_is_described_in_chinese():
    for raw in (b"", b"{", b"[]", b"\xff"):
        with pytest.raises(ValueError) as caught:
            parse_clicks(raw)
        assert_chinese(str(caught.value), "list")
