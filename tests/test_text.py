"""What a student's code or an error says becomes one printable line."""

import pytest

from course_utils.text import ANSI, error_line, one_line, tidy


@pytest.mark.parametrize(
    "text, shown",
    [
        ("plain", "plain"),
        ("a\nb\tc", "a b c"),
        ("\x1b[31mred", " [31mred"),
        ("‮reversed", " reversed"),
        ("分开", "分开"),
    ],
)
def test_what_cannot_be_printed_becomes_a_space(text, shown):
    assert tidy(text) == shown


def test_a_long_text_is_cut_to_the_width_and_says_so():
    assert tidy("x" * 200) == "x" * 200
    assert tidy("x" * 201) == "x" * 199 + "…"
    assert tidy("abcdef", width=4) == "abc…"


def test_an_error_is_its_name_and_the_first_line_of_its_message():
    assert one_line(ValueError("\n  first \nsecond")) == "ValueError: first"
    assert one_line(KeyError("x")) == "KeyError: 'x'"


@pytest.mark.parametrize("message", ["", "\n \n", "\x1b[0m"])
def test_an_error_without_a_message_is_its_name(message):
    assert error_line("ValueError", message) == "ValueError"


def test_colours_and_orders_to_a_terminal_are_left_out():
    assert error_line("E", "\x1b[1;31mred\x1b[0m\x1b[2J") == "E: red"
    assert ANSI.sub("", "\x1b[?25lhidden") == "hidden"
