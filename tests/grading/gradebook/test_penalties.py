"""What lateness costs is what it costs now, and an old penalty is not passed on unseen."""

from __future__ import annotations

import csv

from course_utils.commands.cli import main
from course_utils.grading.gradebook.backups import backups, restore
from course_utils.grading.gradebook.extensions import grant_extension
from course_utils.grading.gradebook.penalties import outdated_penalties
from course_utils.grading.gradebook.results import class_results


def give_points(course, student):
    with course.gradebook() as gradebook:
        cell = gradebook.find_grade("why", "toy", "toy", student)
        cell.manual_score, cell.needs_manual_grade = 1.0, False
        gradebook.db.commit()


def returned(course):
    """What `course return` writes: student -> points, of those who are graded to their end."""
    assert main(["return", "toy", "--to", "folder", "--course", str(course.root)]) == 0
    with (course.root / "returned" / "toy" / "folder" / "grades.csv").open(newline="", encoding="utf-8-sig") as file:
        return {row["student"]: row["points"] for row in csv.DictReader(file) if row["points"]}


def test_what_goes_back_after_an_extension_or_a_restored_copy_has_the_penalty_of_now(again, capfd):
    give_points(again, "late")
    assert outdated_penalties(again, class_results(again, "toy")) == ["late"], (
        "a second late costs all, also what a person gave"
    )
    assert returned(again)["late"] == "0"
    grant_extension(again, "toy", "late", days=1)
    capfd.readouterr()
    assert returned(again)["late"] == "6"
    assert "late penalties were old, and are now right: late" in capfd.readouterr().out
    page = (again.feedback / "late" / "toy" / "toy.html").read_text(encoding="utf-8")
    assert "Score: 6.0 / 5.0" in page
    before = next(copy for copy in backups(again) if copy.before == "extend toy")
    restore(again, before.name)
    assert returned(again)["late"] == "0"


def test_a_report_says_whose_penalties_are_old_and_writes_nothing(again, capfd):
    database = again.root / "gradebook.db"
    grant_extension(again, "toy", "late", days=1)
    before = database.read_bytes()
    for words in (["toy"], []):
        assert main(["report", *words, "--course", str(again.root)]) == 0
        run = f"run: ./course grade toy --course {again.root}"
        assert f"toy: the late penalties of late are old; {run}" in capfd.readouterr().out
    assert database.read_bytes() == before


def test_a_late_rule_that_fails_is_said_and_costs_no_report(again, capfd):
    settings = again.root / "nbgrader_config.py"
    rule = "\nfrom nbgrader.plugins import LateSubmissionPlugin\n\n\nclass Odd(LateSubmissionPlugin):\n"
    rule += "    def late_submission_penalty(self, *_):\n        return 1 / 0\n\n\n"
    rule += "c.AssignLatePenalties.plugin_class = Odd\n"
    settings.write_text(settings.read_text(encoding="utf-8") + rule, encoding="utf-8")
    assert main(["report", "toy", "--course", str(again.root)]) == 0
    assert "the late rule in nbgrader_config.py fails for late: ZeroDivisionError" in capfd.readouterr().out
