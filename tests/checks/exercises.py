"""What every exercise of a chapter must do, as tests for a module that lists some of them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from course_utils.checks import EXERCISES
from course_utils.checks.short_function import ShortFunction

SEEDS = (20, 1, 2, 3)  # the first is the public one


def demands_on(exercises: Sequence[ShortFunction]):
    """Three tests: the reference is right, each mistake is named, and no two mistakes are named alike."""
    mistakes = [(short, wrong) for short in exercises for wrong in short.wrong]
    each = pytest.mark.parametrize("short", exercises, ids=lambda short: short.name)

    @each
    def the_reference_is_right(short):
        for seed in SEEDS:
            verdict = EXERCISES[short.name].examine(short.reference, seed=seed)
            assert verdict.text() == f"✓ {short.name}: right"

    @pytest.mark.parametrize("short, wrong", mistakes, ids=[f"{s.name}-{w.sentence[:40]}" for s, w in mistakes])
    def a_mistake_is_named(short, wrong):
        for seed in SEEDS:
            verdict = EXERCISES[short.name].examine(wrong.function, seed=seed)
            assert not verdict.passed
            assert verdict.sentence == wrong.sentence

    @each
    def the_sentences_of_an_exercise_differ(short):
        sentences = [wrong.sentence for wrong in short.wrong]
        assert len(set(sentences)) == len(sentences) >= 7

    return the_reference_is_right, a_mistake_is_named, the_sentences_of_an_exercise_differ
