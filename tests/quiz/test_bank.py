"""A bank is read as it stands, and a malformed one is named with its place."""

from __future__ import annotations

import pytest
import yaml

from course_utils.filesystem import REPOSITORY
from course_utils.quiz.bank import BankError, load_bank

GRADED, PRACTICE = REPOSITORY / "source" / "quiz-bank.yaml", REPOSITORY / "course_utils" / "quiz" / "practice.yaml"
KEYS_OF_THE_SIX = [2, 4, 3, 1, 4, 2]


def bank(path):
    return load_bank(path.read_text(encoding="utf-8"))


def entry(name="q1", **changes):
    both = {"en": "yes", "zh": "是"}
    made = {"id": name, "topic": "gru", "text": both, "choices": [both] * 4, "key": 1, "explanation": both}
    return {field: value for field, value in (made | changes).items() if value is not None}


def text_of(*questions, **settings):
    return yaml.safe_dump({**settings, "questions": list(questions)}, allow_unicode=True)


def test_twelve_questions_are_asked_the_tutorial_s_six_first():
    assert bank(GRADED).graded[:6] == ("q1", "q2", "q3", "q4", "q5", "q6")
    assert [question.keys[0] for question in bank(GRADED).asked[:6]] == KEYS_OF_THE_SIX
    assert len(bank(GRADED).graded) == 12


def test_the_bank_has_thirty_questions_and_two_dozen_are_there_to_practise_with():
    assert len(bank(GRADED).questions) == 30
    assert len(bank(PRACTICE).asked) == len(bank(PRACTICE).questions) == 24


@pytest.mark.parametrize("path", [GRADED, PRACTICE], ids=lambda path: path.stem)
def test_every_question_belongs_to_a_chapter_and_every_chapter_has_questions(path):
    topics = {question.topic for question in bank(path).questions.values()}
    assert topics - {"before"} == {"rnn", "gru", "lstm", "deep_rnn", "birnn"}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("path", [GRADED, PRACTICE], ids=lambda path: path.stem)
def test_the_right_choice_is_not_the_longest_more_often_than_chance_gives(path, language):
    questions = bank(path).questions.values()
    lengths = [[len(getattr(choice, language)) for choice in question.choices] for question in questions]
    is_longest = [
        length[question.keys[0] - 1] == max(length) and length.count(max(length)) == 1
        for question, length in zip(questions, lengths, strict=True)
    ]
    assert sum(is_longest) <= len(is_longest) / 4


def question(name):
    return bank(GRADED).questions[name]


def number(name):
    """The right choice of a question, read as a number."""
    asked = question(name)
    return float(asked.choices[asked.keys[0] - 1].en.replace("−", "-"))


def test_the_steps_that_are_computed_by_hand_are_those_of_the_equations():
    Z, H, H_tilde = 0.8, 0.5, -0.5
    assert number("q19") == pytest.approx(Z * H + (1 - Z) * H_tilde)
    forget, C, enter, C_tilde = 0.5, 4, 0.25, -0.8
    assert number("q20") == pytest.approx(forget * C + enter * C_tilde)


def test_code_and_drawings_are_shown_as_they_stand():
    assert question("q22").block.splitlines()[2] == "3       if norm < theta:"
    assert question("q1").block == ""


@pytest.mark.parametrize("path", [GRADED, PRACTICE], ids=lambda path: path.stem)
def test_no_choice_is_the_right_one_too_often(path):
    keys = [question.keys[0] for question in bank(path).questions.values()]
    assert set(keys) == {1, 2, 3, 4}
    assert max(map(keys.count, keys)) <= len(keys) / 2


@pytest.mark.parametrize("path", [GRADED, PRACTICE], ids=lambda path: path.stem)
def test_the_choices_of_a_question_differ_in_both_languages(path):
    for question in bank(path).questions.values():
        assert len({choice.en for choice in question.choices}) == 4, question.id
        assert len({choice.zh for choice in question.choices}) == 4, question.id


def test_the_questions_to_practise_with_are_others():
    graded, practised = bank(GRADED).questions.values(), bank(PRACTICE).questions.values()
    assert not {one.text.en for one in graded} & {one.text.en for one in practised}
    assert not {one.text.zh for one in graded} & {one.text.zh for one in practised}


def test_the_order_is_the_settings_and_without_one_the_files():
    two = (entry("q1"), entry("q2"))
    assert [one.id for one in load_bank(text_of(*two, graded=["q2", "q1"])).asked] == ["q2", "q1"]
    assert [one.id for one in load_bank(text_of(*two)).asked] == ["q1", "q2"]


def test_line_breaks_in_a_text_do_not_matter():
    question = entry(text={"en": "one\n  two", "zh": "一"})
    assert load_bank(text_of(question)).asked[0].text.en == "one two"


MALFORMED = {
    "not YAML": ("questions: [", r"not YAML: .* in line 1"),
    "empty": ("", "the bank: expected the fields questions, got nothing"),
    "a list": ("- q1", "the bank: expected the fields questions"),
    "no questions": ("graded: [q1]", "the bank: 'questions' is missing"),
    "an empty list": ("questions: []", "questions: expected a list that is not empty"),
    "unknown setting": (text_of(entry(), graded=["q1"]) + "grade: 1", "the bank: 'grade' is no field"),
    "unknown pick": (text_of(entry(), graded=["q2"]), "graded: 'q2' is no question's id; known: q1"),
    "a number picked": (text_of(entry(), graded=[1]), "graded: 1 is no question's id"),
    "picked twice": (text_of(entry(), graded=["q1", "q1"]), "graded: 'q1' is asked twice"),
    "nothing picked": (text_of(entry(), graded=[]), "graded: expected a list that is not empty"),
    "one id twice": (text_of(entry(), entry()), "two questions have the id 'q1'"),
    "a bad id": (text_of(entry("Q 1")), r"question 1 \(Q 1\): id is 'Q 1', expected small letters and a number"),
    "no key": (text_of(entry(), entry("q2", key=None)), r"question 2 \(q2\): 'key' is missing"),
    "key 0": (text_of(entry(key=0)), r"question 1 \(q1\): key is 0, expected a number from 1 to 4"),
    "key 5": (text_of(entry(key=5)), "key is 5"),
    "key in quotes": (text_of(entry(key="2")), "key is '2'"),
    "key yes": (text_of(entry(key=True)), "key is True"),
    "keys out of range": (text_of(entry(key=[2, 5])), r"key is \[2, 5\], .* a list of those that count as right"),
    "no keys": (text_of(entry(key=[])), r"key is \[\], expected a number"),
    "one key twice": (text_of(entry(key=[2, 2])), r"key is \[2, 2\], which names a choice twice"),
    "all keys": (text_of(entry(key=[1, 2, 3, 4])), "key names every choice; .* write `dropped: true` instead"),
    "half dropped": (text_of(entry(dropped="maybe")), "dropped is 'maybe', expected true, for points to everybody"),
    "three choices": (text_of(entry(choices=[{"en": "a", "zh": "甲"}] * 3)), "expected 4 choices, got 3"),
    "no Chinese": (text_of(entry(text={"en": "yes"})), r"question 1 \(q1\): text: 'zh' is missing"),
    "another field": (text_of(entry(hint="no")), "'hint' is no field; known: id, topic"),
    "a text that YAML takes for a boolean": (
        text_of(entry()).replace("en: 'yes'", "en: yes"),
        r"text: en: expected a text, got 'True' \(bool\); put it in quotes",
    ),
    "an empty text": (text_of(entry(topic=" ")), "topic: expected a text"),
    "two keys": (text_of(entry()) + "  key: 2\n", "the field 'key' stands twice in line"),
    "a list for a name": ("[a]: b", "not YAML: found unhashable key"),
    "an entry that is a word": ("questions: [q1]", "question 1: expected the fields id"),
}


@pytest.mark.parametrize(("text", "message"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_bank_is_named_with_its_place(text, message):
    with pytest.raises(BankError, match=message) as error:
        load_bank(text)
    assert "\n" not in str(error.value)
