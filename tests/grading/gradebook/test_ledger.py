"""What stands in the gradebook is what nbgrader's own autograder enters, and what was entered by hand stays."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter
from nbgrader.server_extensions.formgrader import handlers

from course_utils.errors import CourseError
from course_utils.grading.class_run.run import grade
from course_utils.grading.course.folder import open_course
from course_utils.grading.gradebook.ledger import Ledger
from course_utils.grading.gradebook.records import last_grading, load_record
from course_utils.grading.messages import GradedSubmission
from tests.grading.gradebook.conftest import SCRIPT, nbgrader


def entries(course) -> dict:
    """All that a grading decides on, by student and cell."""
    found = {}
    with course.gradebook() as gradebook:
        for submission in gradebook.assignment_submissions("toy"):
            (notebook,) = submission.notebooks
            found[submission.student.id] = {
                "cells": {
                    one.name: (one.auto_score, one.manual_score, one.needs_manual_grade) for one in notebook.grades
                },
                "comments": {one.name: one.comment for one in notebook.comments},
                "score": (submission.score, submission.max_score, submission.late_submission_penalty or 0),
                "time": submission.timestamp,
            }
    return found


def test_our_entries_are_those_of_nbgraders_own_autograder(ours, nbgraders):
    assert entries(ours) == entries(nbgraders)


def test_the_entries_are_what_the_class_has_earned(ours):
    found = entries(ours)
    assert {student: one["score"][0] for student, one in found.items()} == {
        "right": 5, "wrong": 0, "loud": 5, "silent": 0, "dies": 0, "early": 5, "late": 5,
    }  # fmt: skip
    assert {student for student, one in found.items() if one["score"][2]} == {"late"}
    assert found["late"]["score"][2] == 5
    assert found["silent"]["comments"]["why"] == "No response." and found["right"]["comments"]["why"] is None


@pytest.mark.parametrize("student", ["right", "wrong", "late", "silent"])
def test_both_feedback_pages_say_the_score(ours, nbgraders, student):
    one, submission = entries(ours)[student], ours.feedback / student / "toy" / "toy.html"
    score, most, penalty = one["score"]
    said = f"Score: {max(0.0, score - penalty)} / {most - 2}"  # of which the bonus is no part
    for course in (ours, nbgraders):
        assert said in (course.feedback / student / "toy" / "toy.html").read_text(encoding="utf-8"), course.root
    assert submission.exists()


def test_what_a_person_entered_stays_when_a_changed_submission_is_graded_again(again, hand_in):
    with again.gradebook() as gradebook:
        one = gradebook.find_grade("why", "toy", "toy", "wrong")
        one.manual_score, one.extra_credit, one.needs_manual_grade = 1.5, 0.5, False
        gradebook.find_grade("text-bonus", "toy", "toy", "wrong").manual_score = 1
        gradebook.find_comment("why", "toy", "toy", "wrong").manual_comment = "Half of it."
        gradebook.db.commit()
    hand_in(again, "wrong", "return 2 * x")
    grade(again, "toy", workers=1)
    with again.gradebook() as gradebook:
        one = gradebook.find_grade("why", "toy", "toy", "wrong")
        assert (one.manual_score, one.extra_credit) == (1.5, 0.5)
        assert gradebook.find_grade("text-bonus", "toy", "toy", "wrong").needs_manual_grade, (
            "as in nbgrader: look again"
        )
        assert gradebook.find_submission("toy", "wrong").score == 3 + 1.5 + 0.5 + 1
    page = (again.feedback / "wrong" / "toy" / "toy.html").read_text(encoding="utf-8")
    assert "Half of it." in page and "Score: 6.0 / 5.0" in page


def formgraders_page(course, student: str) -> str:
    """What the formgrader shows of an autograded notebook, made as its server makes it."""
    config = course.config.copy()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    about = {"assignment_id": "toy", "notebook_id": "toy", "submission_id": "1", "index": 0, "total": 1, "base_url": "",
             "student": student, "last_name": "", "first_name": "", "notebook_path": ""}  # fmt: skip
    path = course.autograded / student / "toy" / "toy.ipynb"
    return HTMLExporter(config=config).from_filename(str(path), resources=about)[0]


def live(page: str) -> list[str]:
    """The elements through which the student's script would run; its source, shown as text, is none."""
    elements = BeautifulSoup(page, "html.parser").find_all(True)
    handlers = [
        str(one)
        for one in elements
        if any(name.startswith("on") and "alert" in value for name, value in one.attrs.items())
    ]
    return handlers + [str(one) for one in elements if one.name == "script" and "alert(1)" in one.get_text()]


@pytest.mark.parametrize("grader", ["ours", "nbgraders"])
def test_nothing_of_a_students_runs_in_the_formgrader(grader, request):
    page = formgraders_page(request.getfixturevalue(grader), "loud")
    assert "Because" in page and "Javascript" in page and live(page) == []


def test_nothing_of_a_students_runs_in_the_feedback_that_nbgrader_makes(nbgraders):
    page = (nbgraders.feedback / "loud" / "toy" / "toy.html").read_text(encoding="utf-8")
    assert "Because" in page and "Javascript" in page and live(page) == []


def test_a_script_would_be_found():
    assert len(live(SCRIPT)) == 2


def test_nbgraders_own_autograder_leaves_points_by_hand_settled_and_its_seed_is_the_last(again):
    with again.gradebook() as gradebook:
        for student in ("right", "wrong"):
            one = gradebook.find_grade("why", "toy", "toy", student)
            one.manual_score, one.needs_manual_grade = 1.5, False
        gradebook.db.commit()
    before = load_record(again, "toy", "right")
    nbgrader(again, "autograde", "toy", "--student", "right", "--force")
    with again.gradebook() as gradebook:
        for student in ("right", "wrong"):
            one = gradebook.find_grade("why", "toy", "toy", student)
            assert (one.manual_score, one.needs_manual_grade) == (1.5, False)
    last = last_grading(again, "toy", "right")
    assert last.by == "nbgrader autograde" and last.seeds != before.seeds and last.versions == before.versions


RULE = """
from nbgrader.plugins import LateSubmissionPlugin


class Rule(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return {}


c.AssignLatePenalties.plugin_class = Rule
"""


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("1 / 0", "late: ZeroDivisionError: division by zero"),
        ("'x'", "returned 'x' instead of"),
        ("float('nan')", "nan"),
    ],
)
def test_a_late_rule_that_fails_is_said_in_one_line_and_nothing_is_written(again, value, said):
    with (again.root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(RULE.format(value))
    course, before = open_course(again.root), entries(again)
    text = (course.autograded / "late" / "toy" / "toy.ipynb").read_text(encoding="utf-8")
    graded = GradedSubmission("late", notebooks={"toy": text})
    with Ledger(course, "toy") as ledger:
        for run in (lambda: ledger.renew_penalties(["right", "late"]), lambda: ledger.write([graded])):
            with pytest.raises(CourseError, match=r"the late rule in nbgrader_config\.py fails for late: ") as caught:
                run()
            assert said in str(caught.value) and "\n" not in str(caught.value)
    assert entries(course) == before
