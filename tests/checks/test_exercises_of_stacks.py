"""Every exercise accepts its reference, and names each of its mistakes."""

from __future__ import annotations

import pytest

from course_utils.checks import EXERCISES
from course_utils.checks.exercises_of_stacks import LATER_CHAPTERS

SEEDS = (20, 1, 2, 3)  # the first is the public one
MISTAKES = [(short, wrong) for short in LATER_CHAPTERS for wrong in short.wrong]


@pytest.mark.parametrize("short", LATER_CHAPTERS, ids=lambda short: short.name)
def test_the_reference_is_right(short):
    for seed in SEEDS:
        verdict = EXERCISES[short.name].examine(short.reference, seed=seed)
        assert verdict.text() == f"✓ {short.name}: right"


@pytest.mark.parametrize("short, wrong", MISTAKES, ids=[f"{s.name}-{w.sentence[:40]}" for s, w in MISTAKES])
def test_a_mistake_is_named(short, wrong):
    for seed in SEEDS:
        verdict = EXERCISES[short.name].examine(wrong.function, seed=seed)
        assert not verdict.passed
        assert verdict.sentence == wrong.sentence


@pytest.mark.parametrize("short", LATER_CHAPTERS, ids=lambda short: short.name)
def test_the_sentences_of_an_exercise_differ(short):
    sentences = [wrong.sentence for wrong in short.wrong]
    assert len(set(sentences)) == len(sentences) >= 7
