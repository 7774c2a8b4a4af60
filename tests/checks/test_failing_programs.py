"""A program that raises is told which line, which operands in letters, and what to do: never torch's words alone."""

from __future__ import annotations

import pytest

from course_utils.checks import find_task

from .failing_programs import programs

PROGRAMS = list(programs())
GOAL = 0.95


def says(program):
    """Whether the verdict names the line, has the words, and has a next step beside torch's own words."""
    lines = [line.strip() for line in find_task(program.task).examine(program.function()).text().splitlines()]
    text = "\n".join(lines)
    named = f"in your line: {program.line}" in lines
    raised = ("your function raised", "the backward pass raised", "in your line:", "called with", "✗", "✓")
    advice = [line for line in lines[1:] if not line.startswith(raised) and not line.endswith("points")]
    return named, all(word in text for word in program.words), bool(advice), text


@pytest.fixture(scope="module")
def answers():
    return [(program, *says(program)) for program in PROGRAMS]


def test_there_are_enough_programs_of_every_network():
    assert len(PROGRAMS) >= 60
    assert {program.network for program in PROGRAMS} == {"rnn", "gru", "lstm", "deep_rnn", "birnn"}


def test_no_program_passes(answers):
    assert not [program for program, *_, text in answers if text.startswith("✓")]


@pytest.mark.parametrize("position, what", [(1, "line"), (2, "operands in letters"), (3, "next step")])
def test_nearly_all_are_told(answers, position, what):
    untold = [f"{answer[0].kind} in {answer[0].task}: {answer[-1]}" for answer in answers if not answer[position]]
    assert len(untold) <= (1 - GOAL) * len(answers), "\n\n".join(untold)
