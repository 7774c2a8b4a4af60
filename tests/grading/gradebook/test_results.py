"""The results of grading: points, penalties, and the reasons for which checks failed."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_code_cell, new_output

from course_utils.errors import CourseError, UsageError
from course_utils.grading.gradebook.results import Score, State, StudentResult, class_results, diagnosis
from tests.grading.gradebook.conftest import BLEND, FORWARD


def test_the_bonus_counts_on_top_of_the_maximum(results):
    assert results.max_points == 8
    assert results.percent(results.students[0]) == pytest.approx(100 * 9 / 8)


def test_a_penalty_for_lateness_is_taken_off():
    late = StudentResult("late", State.GRADED, "", {FORWARD: Score(4.0)}, penalty=1.5)
    assert late.points == 2.5


def test_misunderstandings_are_counted_by_student_the_commonest_first(results):
    first, second = results.misunderstandings()
    assert (first.diagnosis, first.students, first.parts) == (BLEND, ("bence", "=cmd()"), ("gru-forward",))
    assert second.students == ('<script>alert("x")</script>',)


def test_an_assignment_that_was_never_graded_says_what_to_run(course):
    with pytest.raises(CourseError, match=r"toy has not been graded yet; run: \./course grade toy"):
        class_results(course, "toy")


def test_an_unknown_assignment_is_wrong_usage(course):
    with pytest.raises(UsageError, match="known: toy"):
        class_results(course, "gru")


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (new_output("display_data", metadata={"course": {"sentence": "Z is exchanged"}}), "Z is exchanged"),
        (new_output("error", ename="CheckFailed", evalue="not yet\nmore"), "not yet"),
        (new_output("error", ename="NameError", evalue="gru"), "NameError: gru"),
        (new_output("stream", name="stderr", text="old"), "printed on stderr, which nbgrader counts as failed: old"),
        (new_output("stream", name="stdout", text="fine"), ""),
    ],
)
def test_a_diagnosis_is_one_line_of_the_cells_outputs(output, expected):
    assert diagnosis(new_code_cell("check()", outputs=[output])) == expected
