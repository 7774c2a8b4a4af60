"""`course submit` prints the receipt and what is missing, and its exit code is that of a hand-in."""

from __future__ import annotations

from course_utils.commands.cli import main
from tests.desk.toy_student import named, student, toy_course  # noqa: F401  (fixtures)


def test_what_is_missing_is_said_and_handed_in_all_the_same(student, capsys):  # noqa: F811
    def spoil(cells):
        cells.remove(named(cells, "text-bonus"))
        named(cells, "double-check")["execution_count"] = 1
        named(cells, "double")["execution_count"] = 2
        cells.append({"cell_type": "code", "source": "x = （1", "metadata": {}, "execution_count": None, "outputs": []})

    root = student(spoil, answer="YOUR ANSWER HERE")
    assert main(["submit", "toy", "--no-check", "--course", str(root)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("handed in: toy, ") and said[-1].startswith("digest ")
    assert said[1:-2] == [
        "  note: the cell text-bonus is missing: it counts all the same",
        "  note: 0 of 1 questions are answered; empty: why",
        "  note: the cell 5 is not Python: it cannot run",
        "  note: the check double-check is older than double, which ran after it",
        "  note: the public checks were not run",
    ]


def test_the_results_of_the_checks_come_first_and_points_are_in_the_receipt(student, capsys, the_sandbox):  # noqa: F811
    assert main(["submit", "toy", "--course", str(student(body="return x"))]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("running ") and said[1] == "FAILED double-check: 0 of 3 points"
    assert any(line.startswith("handed in: toy, ") and "0 of 3 points" in line for line in said)


def test_what_is_no_assignment_is_a_usage_error_with_a_suggestion(student, capsys):  # noqa: F811
    assert main(["submit", "tyo", "--course", str(student())]) == 2
    assert capsys.readouterr().err == "course: no assignment and no notebook is named 'tyo': is toy meant? known: toy\n"
