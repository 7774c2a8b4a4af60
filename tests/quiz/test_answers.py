"""Which choice counts: typed over clicked, question by question, and nothing that came can break another's answer."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.filesystem import REPOSITORY
from course_utils.quiz import bank
from course_utils.quiz.answers import LARGEST, Answer, choice_number, merged_answers
from course_utils.quiz.bank import load_bank
from course_utils.text import Opaque


def counts(typed, clicked, question="q1"):
    answer = merged_answers(typed, clicked)[question]
    return answer.choice, answer.source


def notes(typed, clicked, question="q1"):
    return "\n".join(merged_answers(typed, clicked)[question].notes)


def test_a_click_counts():
    assert counts({}, b'{"q1": 3}') == (3, "clicked")


def test_a_typed_number_counts():
    assert counts({"q1": 3}, None) == (3, "typed")


def test_a_typed_number_wins_over_a_click_question_by_question():
    answers = merged_answers({"q1": 1}, b'{"q1": 2, "q2": 2}')
    assert (answers["q1"].choice, answers["q2"].choice) == (1, 2)


def test_without_any_answer_there_is_nothing_to_complain_about():
    assert merged_answers({}, None)["q1"] == Answer()


def test_what_is_right_needs_no_note():
    assert notes({"q1": 1, "Q2": 2}, b"broken") == ""


@pytest.mark.parametrize("kind", [np.int64, np.int32, np.int8, np.uint8], ids=lambda kind: kind.__name__)
def test_a_whole_number_of_numpy_counts_like_one_of_python(kind):
    answer = merged_answers({"q1": kind(3)}, None)["q1"]
    assert (answer.choice, type(answer.choice), answer.notes) == (3, int, ())
    assert choice_number(kind(5)) is None and choice_number(kind(0)) is None


@pytest.mark.parametrize("value", [np.float64(2), np.bool_(True), np.array(2), np.str_("2")], ids=repr)
def test_other_values_of_numpy_do_not_count(value):
    assert choice_number(value) is None
    assert '"q1" in answers is' in notes({"q1": value}, None)


@pytest.mark.parametrize("typed", [Opaque("ndarray"), {"q1": Opaque("ndarray")}, {"q1": [Opaque("ndarray")]}])
def test_no_note_has_the_name_of_a_class_of_ours(typed):
    assert "<ndarray>" in notes(typed, None)
    assert "Opaque" not in notes(typed, None)


def test_no_example_in_a_docstring_is_a_key_of_the_graded_bank():
    questions = load_bank((REPOSITORY / "source" / "quiz-bank.yaml").read_text()).questions.values()
    keys = {question.id: question.keys[0] for question in questions}
    examples = re.findall(r"id: (q\d+)\b", bank.__doc__), re.findall(r"key: (\d)", bank.__doc__)
    pairs = list(zip(*examples, strict=True))
    for path in (REPOSITORY / "course_utils").rglob("*.py"):
        pairs += re.findall(r"""["'](q\d+)["']: (\d)""", path.read_text(encoding="utf-8"))
    assert pairs and not [pair for pair in pairs if keys.get(pair[0]) == int(pair[1])]


WRONG_VALUES = ["2", 2.0, True, None, 0, 5, -1, [2], {}, (2,), 10**5000, float("nan"), "\ud800"]


@pytest.mark.parametrize("value", WRONG_VALUES, ids=lambda value: f"{type(value).__name__} {value!r:.9}"
                         if value != 10**5000 else "huge")  # fmt: skip
def test_a_wrong_value_is_named_and_the_click_counts(value):
    assert counts({"q1": value}, b'{"q1": 4}') == (4, "clicked")
    assert '"q1" in answers is' in notes({"q1": value}, b'{"q1": 4}')
    assert "from 1 to 4" in notes({"q1": value}, None)


@pytest.mark.parametrize("value", ['"2"', "2.0", "true", "null", "0", "5", "[2]", "{}", "NaN", "1e400"])
def test_a_wrong_value_among_the_clicks_is_named_and_the_others_count(value):
    clicked = f'{{"q1": {value}, "q2": 3}}'.encode()
    assert counts({}, clicked) == (None, "")
    assert '"q1" in quiz_answers.json is' in notes({}, clicked)
    assert counts({}, clicked, "q2") == (3, "clicked")
    assert notes({}, clicked, "q2") == ""


@pytest.mark.parametrize("typed", [None, [2], "q1", 2, True, ("q1", 2), {"q1"}], ids=repr)
def test_answers_that_are_no_dict_are_named_and_clicks_count(typed):
    assert counts(typed, b'{"q1": 2}') == (2, "clicked")
    assert "answers is" in notes(typed, None) and "expected a dict such as" in notes(typed, None)


BROKEN = {
    "empty": (b"", "empty"),
    "blank": (b" \n", "empty"),
    "cut off": (b'{"q1": 2', "not JSON"),
    "a list": (b"[2, 3]", "a list, not an object"),
    "a number": (b"2", "a int, not an object"),
    "not UTF-8": (b"\xff\xfe{}", "not UTF-8"),
    "huge": (b" " * LARGEST + b"{}", "larger than"),
    "deep": (b"[" * 50_000, "not JSON"),
    "a number of many digits": (b'{"q1": ' + b"1" * 5000 + b"}", "not JSON"),
    "something else": (b"PK\x03\x04", "not JSON"),
}


@pytest.mark.parametrize(("clicked", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_of_clicks_is_named_and_what_was_typed_counts(clicked, reason):
    assert counts({"q2": 3}, clicked, "q2") == (3, "typed")
    assert counts({}, clicked) == (None, "")
    assert f"quiz_answers.json is {reason}" in notes({}, clicked)


def test_a_byte_order_mark_does_no_harm():
    assert counts({}, b'\xef\xbb\xbf{"q1": 2}') == (2, "clicked")


@pytest.mark.parametrize("name", ["Q1", "1", "q01", "q0", "q1 ", "question 1", "", "q", "q１", "\ud800"])
def test_an_unknown_name_is_named_and_costs_no_other_question(name):
    typed = {name: 2, "q2": 3}
    assert "answers names" in notes(typed, None) and 'questions are called "q1"' in notes(typed, None)
    assert counts(typed, None, "q2") == (3, "typed")
    assert counts({}, json.dumps(typed).encode(), "q2") == (3, "clicked")


@pytest.mark.parametrize("name", [1, None, True, 1.5, ("q1",), b"q1"], ids=repr)
def test_a_name_that_is_no_text_is_named(name):
    assert "answers names" in notes({name: 2}, None)


def test_of_many_unknown_names_three_are_named():
    assert notes(dict.fromkeys(range(1000), 1), None).startswith("answers names 0, 1, 2 and")
    assert "997 more" in notes(dict.fromkeys(range(1000), 1), None)


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["q1", "q2"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=3) | st.sampled_from(["q1", "q2"]) | st.integers(), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(typed=plain, clicked=st.none() | st.binary() | plain.map(lambda value: json.dumps(value).encode()))
def test_whatever_comes_the_answer_is_a_choice_or_none_and_every_note_can_be_printed(typed, clicked):
    answer = merged_answers(typed, clicked)["q1"]
    assert answer.choice is None or choice_number(answer.choice) is not None
    assert (answer.source == "") == (answer.choice is None)
    for note in answer.notes:
        assert "\n" not in note and len(note.encode()) < 500


@given(typed=st.dictionaries(st.sampled_from(["q1", "q2"]), st.integers(1, 4)), other=plain, clicked=st.binary())
def test_nothing_said_of_another_question_changes_a_valid_answer(typed, other, clicked):
    for question, choice in typed.items():
        assert merged_answers({**typed, "q3": other}, clicked)[question].choice == choice
