"""A verdict is short, starts with the sentence to read, adds up its points, and escapes what students produced."""

from __future__ import annotations

from dataclasses import replace

import pytest

from course_utils.checks import Criterion, Verdict, find_task
from course_utils.equations import NETWORKS, edits

PASSED = Criterion("values", 5, True)
FAILED = Criterion("habits", 3, False, "an input is changed\nmake a new tensor")
every_network = pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)


def verdict(*criteria, explanations=(), points=4.0):
    return Verdict("gru.forward", points, criteria, tuple(explanations))


def explained(network, sentence):
    edit = next(edit for edit in edits(network) if edit.sentence == sentence)
    return verdict(Criterion("values", 1, False, edit.sentence), explanations=[edit])


def test_a_verdict_passes_when_all_its_criteria_do():
    assert verdict(PASSED, PASSED).passed
    assert not verdict(PASSED, FAILED).passed


@pytest.mark.parametrize(
    "criteria, points", [((PASSED, PASSED), 4.0), ((PASSED, FAILED), 2.5), ((FAILED,), 0.0), ((PASSED,), 4.0)]
)
def test_points_are_shared_out_by_the_weights(criteria, points):
    assert verdict(*criteria).points == points


def test_points_have_two_decimals():
    assert verdict(PASSED, Criterion("more", 10, False, "no"), points=1).points == 0.33


def test_the_text_of_a_right_answer_is_one_line():
    assert verdict(PASSED).text() == "✓ gru.forward: right (4 of 4 points)"


def test_the_sentence_is_the_first_line_of_the_first_message_that_failed():
    assert verdict(PASSED, FAILED, Criterion("other", 1, False, "something else")).sentence == "an input is changed"


def test_the_sentence_is_the_explanation_where_there_is_one():
    found = explained(NETWORKS["gru"], "the bias b_q is missing in Y_t")
    assert found.sentence == "the bias b_q is missing in Y_t"


def test_the_first_line_of_the_text_is_the_sentence():
    assert verdict(PASSED, FAILED).text().splitlines()[0] == "gru.forward: an input is changed"


def test_the_text_shows_every_criterion_and_the_rest_of_its_message():
    lines = verdict(PASSED, FAILED).text().splitlines()
    assert "  ✓ values" in lines
    assert "  ✗ habits" in lines
    assert any("make a new tensor" in line for line in lines)


def test_the_text_of_a_failure_says_the_points():
    assert "2.5 of 4 points" in verdict(PASSED, FAILED).text()


def test_what_failed_everything_alike_is_said_once():
    message = "your function raised ValueError: no\nin your line: raise ValueError('no')"
    found = verdict(*(Criterion(name, 1, False, message) for name in ("form", "values", "gradients")))
    assert found.text().count("raised ValueError") == 1
    assert found.text().count("in your line") == 1
    assert found._repr_html_().count("in your line") == 1


def test_the_text_shows_the_edited_equation_with_its_mark():
    found = explained(NETWORKS["gru"], "Z_t and 1 − Z_t are swapped in H_t")
    assert "    H_t = ⟦(1 − Z_t)⟧ ⊙ H_{t−1} + ⟦Z_t⟧ ⊙ H̃_t" in found.text().splitlines()


def test_the_text_names_a_convention():
    assert (
        "A convention you may have met: the reverse meaning"
        in explained(NETWORKS["gru"], "Z_t and 1 − Z_t are swapped in H_t").text()
    )


def test_other_explanations_are_named_two_at_most():
    found = edits(NETWORKS["gru"])[:5]
    text = verdict(FAILED, explanations=found).text()
    assert [edit.sentence in text for edit in found] == [True, True, True, False, False]


def test_the_text_shows_the_courses_equation_below_the_students():
    lines = explained(NETWORKS["gru"], "Z_t and 1 − Z_t are swapped in H_t").text().splitlines()
    head = lines.index("The course's equation:")
    assert lines[head - 1] == "    H_t = ⟦(1 − Z_t)⟧ ⊙ H_{t−1} + ⟦Z_t⟧ ⊙ H̃_t"
    assert lines[head + 1] == "    H_t = ⟦Z_t⟧ ⊙ H_{t−1} + ⟦(1 − Z_t)⟧ ⊙ H̃_t"


def test_a_term_that_is_left_out_is_marked_in_the_courses_equation():
    lines = explained(NETWORKS["gru"], "the bias b_q is missing in Y_t").text().splitlines()
    assert lines[1:5] == [
        "Your function computes exactly this, without the term that is marked below:",
        "    Y_t = H_t W_hq",
        "The course's equation:",
        "    Y_t = H_t W_hq + ⟦b_q⟧",
    ]


@pytest.mark.parametrize(
    "detail, says, hides",
    [
        ("where", "Look at the line that computes H_t.", "H_t ="),
        ("equation", "    H_t = Z_t ⊙ H_{t−1} + (1 − Z_t) ⊙ H̃_t", "⟦"),
        ("term", "⟦Z_t⟧", "Look at"),
    ],
)
def test_an_explanation_goes_as_far_as_the_course_wishes(detail, says, hides):
    found = explained(NETWORKS["gru"], "Z_t and 1 − Z_t are swapped in H_t")
    text = replace(found, detail=detail).text()
    assert says in text and hides not in text
    assert ("swapped" in text) == ("A convention" in text) == (detail == "term")


def test_what_failed_for_one_reason_is_not_listed():
    message = "not written yet: the cell still raises NotImplementedError"
    found = verdict(*(Criterion(name, 1, False, message) for name in ("form", "values", "gradients")))
    assert found.text() == f"gru.forward: {message}\n0 of 4 points"
    assert "form" not in found._repr_html_()


HOSTILE = "<script>alert('x')</script><img src=x onerror=alert(1)> & \"quoted\""


def test_html_escapes_what_a_message_holds():
    html = verdict(Criterion(HOSTILE, 1, False, f"{HOSTILE}\n{HOSTILE}"))._repr_html_()
    assert "<script" not in html and "<img" not in html
    assert html.count("&lt;script&gt;") >= 2


def test_html_escapes_what_a_students_exception_says():
    def gru(inputs, state, params):
        raise ValueError(HOSTILE)

    html = find_task("gru.forward").examine(gru)._repr_html_()
    assert "<script" not in html and "<img" not in html
    assert "&lt;script&gt;" in html


def test_html_escapes_the_name_of_what_a_student_returned():
    html = find_task("gru.forward").examine(lambda *_: type("<b>bold</b>", (), {})())._repr_html_()
    assert "<b>bold" not in html


def test_a_students_long_message_is_cut():
    def gru(inputs, state, params):
        raise ValueError("a very long story " * 10_000)

    found = find_task("gru.forward").examine(gru)
    assert len(found.text()) < 2_000
    assert len(found._repr_html_()) < 4_000


def test_terminal_control_characters_do_not_pass_through():
    def gru(inputs, state, params):
        raise ValueError("\x1b[2J\x1b[1;1Hall is well\x07")

    assert "\x1b" not in find_task("gru.forward").examine(gru).text()


@every_network
def test_every_explanation_is_short_enough_to_read(network):
    for edit in edits(network):
        others = edits(network)[:2]
        found = verdict(PASSED, Criterion("values", 1, False, edit.sentence), explanations=[edit, *others])
        assert len(found.text().splitlines()) <= 18
