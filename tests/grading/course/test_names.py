"""Names are put together as they are said, and taken apart without a guess that shows."""

from __future__ import annotations

import pytest

from course_utils.grading.course.names import full_name, is_east_asian, split_name


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        ("Ada", "Lovelace", "Ada Lovelace"),
        ("小明", "王", "王小明"),
        ("", "王小明", "王小明"),
        (None, "Plato", "Plato"),
        (None, None, ""),
    ],
)
def test_a_name_is_put_together_as_it_is_said(first, last, name):
    assert full_name(first, last) == name


@pytest.mark.parametrize("name", ["Ada Lovelace", "Jean-Luc van den Berg", "欧阳修", "Plato", "김민수"])
def test_a_name_that_was_taken_apart_is_still_said_as_before(name):
    assert full_name(*split_name(name)) == name


def test_a_comma_says_which_name_is_the_family_s():
    assert split_name("Lovelace, Ada") == ("Ada", "Lovelace") and split_name("王，小明") == ("小明", "王")


def test_a_name_with_western_letters_is_not_east_asian():
    assert not is_east_asian("Ming Wang") and not is_east_asian("") and is_east_asian("佐藤 さくら")
