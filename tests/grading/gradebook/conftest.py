"""Two classes: made-up results, for the report, and one that is graded, for the gradebook and its exports."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

from course_utils.grading.class_run.run import grade
from course_utils.grading.course.folder import open_course
from course_utils.grading.course.release import build, register
from course_utils.grading.gradebook.overview import CourseOverview
from course_utils.grading.gradebook.results import ClassResults, Part, Score, State, StudentResult

FORWARD, WHY, BONUS = Part("gru", "gru-forward", 6.0), Part("gru", "why", 2.0), Part("gru", "reset-bonus", 1.0)
BLEND = "Z and 1 − Z are exchanged"


def student(name, forward=6.0, bonus=0.0, diagnosis="", waiting=False):
    scores = {
        FORWARD: Score(forward, diagnosis=diagnosis),
        WHY: Score(0.0 if waiting else 2.0, needs_manual=waiting),
        BONUS: Score(bonus),
    }
    return StudentResult(name, State.NEEDS_MANUAL if waiting else State.GRADED, "", scores)


@pytest.fixture
def results():
    return ClassResults(
        "gru",
        (FORWARD, WHY, BONUS),
        (
            student("amina", bonus=1.0),
            student("bence", 2.5, diagnosis=BLEND),
            student("=cmd()", 0.0, diagnosis=BLEND, waiting=True),
            student('<script>alert("x")</script>', 0.0, diagnosis="<img src=x onerror=alert(1)>"),
            StudentResult("陈, 晨", State.NOT_GRADED, "gru.ipynb is empty"),
        ),
    )


@pytest.fixture
def overview(results):
    """gru, with that class and two who did not hand in; and lstm, of which only amina's and bence's are there."""
    gru = replace(results, absent=("olga", "priya"), not_due=frozenset({"priya"}), names={"amina": "Amina Haddad"})
    waiting = replace(student("amina"), scores={FORWARD: Score(3.0), WHY: Score(0.0, needs_manual=True)})
    late = replace(student("bence"), scores={FORWARD: Score(6.0), WHY: Score(2.0)}, penalty=0.5, late=4000.0)
    others = ("=cmd()", "olga", "priya", "陈, 晨", '<script>alert("x")</script>')
    lstm = ClassResults("lstm", (FORWARD, WHY), (waiting, late), others, frozenset({"priya"}))
    return CourseOverview((gru, replace(lstm, students=(replace(waiting, state=State.NEEDS_MANUAL), late))))


# A class that is graded

SETTINGS = '\nc.LateSubmissionPlugin.penalty_method = "zero"\nc.Judge.cell_seconds = 20\n'
SCRIPT = "<img src=x onerror=alert(1)><script>alert(1)</script>"
LOUD = f"""\
import warnings
warnings.warn("old")
from IPython.display import HTML, Javascript, display
display(HTML({SCRIPT!r}), Javascript("alert(1)"))
return 2 * x"""


def nbgrader(course, *words: str) -> None:
    command = [sys.executable, "-m", "nbgrader", *words]
    done = subprocess.run(command, cwd=course.root, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def ours(needs, new_course, hand_in, tmp_path_factory):
    """A class of all sorts, graded by `course grade`; nobody has graded by hand."""
    needs("bwrap")
    course = new_course(tmp_path_factory.mktemp("ledger") / "a course")
    with (course.root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(SETTINGS)
    course = open_course(course.root)
    build(course)
    register(course, "toy")
    nbgrader(course, "db", "assignment", "add", "toy", "--duedate", "2026-01-10 12:00:00 UTC")
    hand_in(course, "right")
    hand_in(course, "wrong", "return x")
    hand_in(course, "loud", LOUD, answer=f"Because {SCRIPT}")
    hand_in(course, "silent", 'raise NotImplementedError("write this part")', "YOUR ANSWER HERE")
    hand_in(course, "dies", "import os\nos._exit(1)")
    for student, time in {"early": "2026-01-10 11:59:59 UTC", "late": "2026-01-10 12:00:01 UTC"}.items():
        hand_in(course, student).with_name("timestamp.txt").write_text(time)
    grade(course, "toy", workers=1)
    return course


@pytest.fixture(scope="session")
def nbgraders(ours, tmp_path_factory):
    """The same class, graded by `nbgrader autograde` and `nbgrader generate_feedback` with the course's settings."""
    root = tmp_path_factory.mktemp("nbgraders") / "a course"
    made = shutil.ignore_patterns("autograded", "backups", "feedback", "gradebook.db", "records")
    shutil.copytree(ours.root, root, ignore=made)
    course = open_course(root)
    register(course, "toy")
    nbgrader(course, "db", "assignment", "add", "toy", "--duedate", "2026-01-10 12:00:00 UTC")
    nbgrader(course, "autograde", "toy")
    nbgrader(course, "generate_feedback", "toy")
    return course


@pytest.fixture
def again(ours, tmp_path):
    """A copy of our course, to be changed."""
    shutil.copytree(ours.root, tmp_path / "copy")
    return open_course(tmp_path / "copy")
