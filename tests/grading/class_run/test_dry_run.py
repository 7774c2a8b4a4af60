"""What a dry run says of two results; that it writes nothing is tried on a graded class in test_kept.py."""

from __future__ import annotations

import pytest
from rich.console import Console

from course_utils.errors import UsageError
from course_utils.grading.class_run.dry_run import (
    Change,
    Rehearsal,
    changes,
    print_changes,
    print_differences,
    rehearsed,
)
from course_utils.grading.gradebook.results import ClassResults, Part, Score, State, StudentResult

CHECK, QUESTION = Part("toy", "check", 3), Part("toy", "question", 2)


def results(check: Score, question: Score, penalty: float = 0.0, state: State = State.GRADED) -> ClassResults:
    ada = StudentResult("ada", state, "", {CHECK: check, QUESTION: question}, penalty)
    return ClassResults("toy", (CHECK, QUESTION), (ada,))


BEFORE = results(Score(3), Score(1.5))


@pytest.mark.parametrize(
    ("after", "found"),
    [
        (BEFORE, []),
        (results(Score(0), Score(1.5)), [("check", "3", "0"), ("points", "4.5", "1.5")]),
        (results(Score(3), Score(1.5), penalty=0.45), [("points", "4.5", "4.05")]),
        (
            results(Score(3), Score(1.5, needs_manual=True), state=State.NEEDS_MANUAL),
            [("question", "1.5", "?"), ("points", "4.5", "3"), ("state", "graded", "needs manual grading")],
        ),
        (
            ClassResults("toy", (CHECK, QUESTION), (StudentResult("ada", State.NOT_GRADED, "toy.ipynb is broken"),)),
            [("check", "3", "–"), ("question", "1.5", "–"), ("points", "4.5", "–"),
             ("state", "graded", "not graded: toy.ipynb is broken")],
        ),
    ],
)  # fmt: skip
def test_every_difference_is_a_change(after, found):
    assert changes(BEFORE, after) == [Change("ada", *change) for change in found]


def test_without_earlier_results_everything_is_new():
    assert ("check", "–", "3") in [(change.part, change.before, change.after) for change in changes(None, BEFORE)]


def test_it_is_said_how_many_would_change_and_that_nothing_was_written(capsys):
    after = results(Score(0), Score(1.5))
    print_changes(Rehearsal(BEFORE, after, {"ada": "changed: graded cells"}, judged=1), Console(width=80))
    assert capsys.readouterr().out.splitlines() == [
        "ada  check: 3 → 0  (changed: graded cells)",
        "ada  points: 4.5 → 1.5  (changed: graded cells)",
        "judged: 1 of 1 submissions",
        "1 of 1 students would change; nothing was written. The same command without ",
        "--dry-run does it",
    ]
    print_changes(Rehearsal(BEFORE, BEFORE), Console(width=80))
    assert capsys.readouterr().out == "judged: 0 of 1 submissions\nnothing would change; nothing was written\n"


def test_after_a_run_it_is_said_what_is_other_for_those_who_were_graded_before(capsys):
    print_differences(BEFORE, results(Score(0), Score(1.5)))
    assert capsys.readouterr().out == "\nwhat this run changed:\n  ada  check: 3 → 0\n  ada  points: 4.5 → 1.5\n"
    not_graded = ClassResults("toy", (CHECK, QUESTION), (StudentResult("ada", State.NOT_GRADED, "new"),))
    for before in (None, not_graded, BEFORE):
        print_differences(before, BEFORE)
    assert capsys.readouterr().out == ""


def test_another_maximum_is_said_of_the_part_and_of_the_assignment(capsys):
    worth_more = Part("toy", "check", 4)
    ada = StudentResult("ada", State.GRADED, "", {worth_more: Score(3), QUESTION: Score(1.5)})
    after = ClassResults("toy", (worth_more, QUESTION), (ada,))
    print_changes(Rehearsal(BEFORE, after), Console(width=100))
    said = capsys.readouterr().out.splitlines()
    assert said[:2] == ["the maximum of check: 3 → 4", "the maximum of toy: 5 → 6"]
    assert "0 of 1 students would change" in said[-1] and "without --dry-run does it" in said[-1]
    print_differences(BEFORE, after)
    assert "  the maximum of toy: 5 → 6\n" in capsys.readouterr().out
    print_changes(Rehearsal(ClassResults("toy", (), ()), after))
    assert "maximum" not in capsys.readouterr().out, "the assignment was only made known, for its due date"


def test_an_unknown_assignment_is_wrong_usage(course):
    with pytest.raises(UsageError, match="known: toy"):
        rehearsed(course, "gru")
