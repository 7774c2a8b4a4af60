"""A student's function is described in plain data: its name, its signature, its source, and numbers from outside."""

from __future__ import annotations

import json

from course_utils.student_code.describe import MAX_TEXT, described_function, outside_numbers, source_of, type_name

SIZE, TEXT, FLAG, HUGE = 7, "seven", True, 2**60


def function(a, b=2, *others, **named):
    return SIZE, TEXT, FLAG, HUGE


def test_a_description_is_plain_data():
    assert json.loads(json.dumps(described_function(function))) == described_function(function)


def test_a_signature_has_names_kinds_and_whether_there_is_a_default():
    signature = described_function(function)["signature"]
    assert [(name, has_default) for name, _, has_default in signature] == [
        ("a", False), ("b", True), ("others", False), ("named", False),
    ]  # fmt: skip


def test_a_function_without_a_signature_has_none():
    assert described_function(dict.fromkeys)["source"] == ""
    assert described_function(type)["signature"] is None


def test_the_source_is_read_and_cut():
    assert source_of(function).startswith("def function(a, b=2")
    assert source_of(len) is None
    assert len(described_function(function)["source"]) <= MAX_TEXT


def test_whole_numbers_from_outside_are_found_and_nothing_else():
    assert outside_numbers(function) == {"SIZE": 7}


def test_what_lives_in_another_process_says_so_itself():
    class Elsewhere:
        source_elsewhere, outside_elsewhere = "def f(): ...", {"H": 5}

    assert source_of(Elsewhere()) == "def f(): ..."
    assert outside_numbers(Elsewhere()) == {"H": 5}


def test_a_type_has_its_real_name_whatever_its_class_says():
    class Liar:
        __name__ = "Tensor"

    assert type_name(Liar()) == "Liar"
