"""Every exercise accepts its reference, and names each of its mistakes."""

from __future__ import annotations

from course_utils.checks.exercises import FIRST_CHAPTERS
from tests.checks.exercises import demands_on

test_the_reference_is_right, test_a_mistake_is_named, test_the_sentences_of_an_exercise_differ = demands_on(
    FIRST_CHAPTERS
)
