"""The page of a verdict is legible in every theme, needs no script, and is read out with words."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from course_utils.checks import Criterion, Verdict
from course_utils.checks.verdict_html import INK, MARKED, MARKED_INK, OPEN, RIGHT, WRONG, verdict_html
from course_utils.equations import NETWORKS, edits

PASSED = Criterion("values", 5, True)
ELEMENTS = {"div", "strong", "b", "sub", "sup", "mark", "ul", "li", "details", "summary"}
FAILED = Criterion("habits", 3, False, "an input is changed\nmake a new tensor")


def explained(sentence, detail="term"):
    edit = next(edit for edit in edits(NETWORKS["gru"]) if edit.sentence == sentence)
    return Verdict("gru.forward", 4.0, (PASSED, Criterion("values", 1, False, edit.sentence)), (edit,), detail)


SWAPPED = explained("Z_t and 1 − Z_t are swapped in H_t")


def words(html):
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_contrast_is_that_of_the_guidelines():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#3a9a4a", "#ffffff") == pytest.approx(3.56, abs=0.01)


@pytest.mark.parametrize("ink, ground", [*((INK, kind[2]) for kind in (RIGHT, WRONG, OPEN)), (MARKED_INK, MARKED)])
def test_text_with_a_colour_has_its_own_ground_and_enough_contrast(ink, ground):
    assert contrast(ink, ground) >= 4.5


def test_no_text_has_a_colour_without_a_ground_or_is_faint():
    for style in re.findall(r"style='([^']*)'", SWAPPED._repr_html_()):
        assert "opacity" not in style
        assert ("background-color:" in style) == bool(re.search(r"(^|;)color:", style))


def test_the_equations_are_html_with_their_text_as_name():
    html = SWAPPED._repr_html_()
    assert "aria-label='H_t = ⟦(1 − Z_t)⟧ ⊙ H_{t−1} + ⟦Z_t⟧ ⊙ H̃_t'" in html
    assert "<b>H</b><sub>t−1</sub>" in html and "$" not in html and "<svg" not in html
    assert html.index("computes exactly") < html.index("⟦(1 − <b>Z") < html.index("The course&#x27;s equation")


def test_a_term_left_out_is_marked_in_the_courses_equation():
    html = explained("the bias b_q is missing in Y_t")._repr_html_()
    assert "without the term that is marked below" in html
    assert re.findall(r"<mark[^>]*>(.*?)</mark>", html) == ["⟦<b>b</b><sub>q</sub>⟧"]


def test_the_sentence_is_said_once():
    assert SWAPPED._repr_html_().count("swapped") == 1


def test_what_is_right_and_what_is_not_is_said_in_words():
    read = words(Verdict("gru.forward", 4.0, (PASSED, FAILED))._repr_html_())
    assert read.startswith("✗ not right yet gru.forward : an input is changed (2.5 of 4 points)")
    assert "✓ right: values" in read and "✗ not right yet: habits" in read
    assert words(Verdict("gru.forward", 4.0, (PASSED,))._repr_html_()) == "✓ right gru.forward (4 of 4 points)"


def test_what_is_not_written_is_neither_right_nor_wrong():
    stub = Verdict("gru.forward", 4.0, (Criterion("form", 1, False, "not written yet: replace the body"),))
    assert words(stub._repr_html_()) == "○ to do gru.forward : not written yet: replace the body (0 of 4 points)"


def test_hints_are_folded_away_and_not_there_where_only_the_place_is_said():
    assert "<summary>a hint</summary>" in SWAPPED._repr_html_()
    assert "<details" not in replace(SWAPPED, detail="where")._repr_html_()


def test_further_help_is_named_only_where_something_is_wrong():
    assert "ask for a hint" in verdict_html(SWAPPED, "ask for a hint")
    assert "ask for a hint" not in verdict_html(Verdict("gru.forward", 4.0, (PASSED,)), "ask for a hint")


def test_a_verdict_is_small():
    assert len(SWAPPED._repr_html_()) < 6000


def test_it_has_only_elements_that_a_notebook_which_is_not_trusted_keeps():
    """JupyterLab's filter keeps these, and `style`; of a drawing it keeps nothing."""
    html = SWAPPED._repr_html_()
    assert set(re.findall(r"<(\w+)", html)) <= ELEMENTS
    assert set(re.findall(r" ([\w-]+)='", html)) <= {"style", "role", "aria-label"}
