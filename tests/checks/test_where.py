"""Where a mistake is can be said without saying what it is."""

from __future__ import annotations

import pytest

from course_utils.checks.where import equations_of, places, shown_pair
from course_utils.equations import BIRNN_GAP, NETWORKS, deep_rnn_residual, edits
from course_utils.equations.mistakes.edit import compose
from course_utils.equations.render import equation_text

ALL = [edit for network in (*NETWORKS.values(), deep_rnn_residual(3), BIRNN_GAP) for edit in edits(network)]


def edit_of(sentence, name="gru"):
    return next(edit for edit in edits(NETWORKS[name]) if edit.sentence == sentence)


def test_every_mistake_has_a_place_and_no_place_is_the_mistake():
    for edit in ALL:
        (place,) = places(edit)
        assert place.startswith("Look at") and len(place) < 110, edit.sentence
        assert not place.endswith("computes ."), edit.sentence


@pytest.mark.parametrize(
    "sentence, place",
    [
        ("the bias b_q is missing in Y_t", "Look at the line that computes Y_t."),
        ("the outputs are right, but the state handed on is the one that came in, H_0, not H_T",
         "Look at the end of your function: which state does it return?"),
    ],
)  # fmt: skip
def test_the_place_is_a_line_or_a_part_of_the_function(sentence, place):
    assert places(edit_of(sentence)) == (place,)


def test_two_mistakes_have_two_places():
    both = compose(edit_of("the bias b_q is missing in Y_t"), edit_of("Z_t and 1 − Z_t are swapped in H_t"))
    assert places(both) == ("Look at the line that computes Y_t.", "Look at the line that computes H_t.")
    assert equations_of(both) == ("H_t".removesuffix("_t"), "Y")


def test_the_students_equation_and_the_courses_differ_in_what_is_marked():
    for edit in ALL:
        (own, yours), (base, course) = shown_pair(edit)
        assert set(yours) == set(course) == set(equations_of(edit))
        for name, marks in course.items():
            assert equation_text(own, name) != equation_text(base, name), edit.sentence
            assert "⟦" in equation_text(base, name, marks), edit.sentence
