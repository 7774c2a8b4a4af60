"""A class that tampers gains nothing, leaves nothing and harms nobody; honest work loses nothing.

The class of `tampering/` is graded once. Those that run into time limits or cost much are in it with COURSE_FULL=1
only.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from filelock import FileLock

from course_utils.grading.class_run.run import grade
from course_utils.grading.course.folder import open_course
from course_utils.grading.gradebook.report import write_report
from course_utils.grading.gradebook.results import class_results
from tests.browsers import chromium
from tests.grading.tampering_class import PARTS, all_tamperings, witness
from tests.grading.tampering_outcome import (
    LAST,
    Outcome,
    hand_in_all,
    is_honest,
    new_course,
    outcomes,
    save,
)
from tests.grading.tampering_page import live_places, open_page
from tests.grading.tampering_traces import NEIGHBOUR, outputs_of, surroundings

CLASS = [one for one in all_tamperings() if os.environ.get("COURSE_FULL") or not one.says("slow")]
TAMPERING = [one for one in CLASS if not is_honest(one)]
HONEST = [one for one in CLASS if is_honest(one)]
WITNESSES = [NEIGHBOUR, LAST, *(f"{one.student}-witness" for one in CLASS if one.says("witness"))]
READ_BY_PEOPLE = [one for one in CLASS if one.kind == "browser"]

pytestmark = pytest.mark.skipif(shutil.which("bwrap") is None, reason="submissions are not run without bubblewrap")


def each(tamperings):
    return pytest.mark.parametrize("one", tamperings, ids=lambda one: one.student)


@pytest.fixture(scope="session")
def shared(tmp_path_factory) -> Path:
    """A folder that all of pytest's workers see."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session")
def scout(shared) -> dict:
    """What an honest submission sees of the machine, before anyone who tampers is let in."""
    folder = shared / "scout"
    with FileLock(shared / "scout.lock"):
        if not folder.exists():
            folder.mkdir()
            course = new_course(folder / "course")
            witness("", "scout").hand_in(course.submitted, {"@PORT@": "1"})
            grade(course, "gru")
    shown = outputs_of(open_course(folder / "course"), "scout")
    return json.loads(shown.partition("witness: ")[2].splitlines()[0])


def is_contained(scout: dict) -> bool:
    return scout["pid"] != os.readlink("/proc/self/ns/pid")


@pytest.fixture(scope="session")
def course(shared, scout):
    """The class, graded once for all workers."""
    if not is_contained(scout):
        pytest.skip("submissions run unprotected here")
    folder = shared / "tampering"
    with FileLock(shared / "tampering.lock"):
        if not folder.exists():
            folder.mkdir()
            with surroundings(new_course(folder / "course"), folder) as around:
                hand_in_all(around, CLASS)
                found = outcomes(around, grade(around.course, "gru"), CLASS)
            save(folder / "outcomes.json", found)
    return open_course(folder / "course")


@pytest.fixture(scope="session")
def outcome(course):
    """Student -> what came of the submission."""
    found = json.loads((course.root.parent / "outcomes.json").read_text(encoding="utf-8"))
    return lambda student: Outcome(**found[student])


def test_a_submission_has_processes_of_its_own(scout):
    assert is_contained(scout)


@each(TAMPERING)
def test_tampering_gains_nothing(outcome, one):
    assert outcome(one.student).gained == 0


@each(TAMPERING)
def test_tampering_leaves_and_leaks_nothing(outcome, one):
    assert outcome(one.student).traces == []


@each(CLASS)
def test_everybody_is_graded_or_told_why_not(outcome, one):
    found = outcome(one.student)
    assert found.graded or not one.must_be_graded, found.reason
    assert not found.graded or one.may_be_graded
    assert found.graded or (found.reason.strip() and "Traceback" not in found.reason and len(found.reason) < 300)


@each([one for one in TAMPERING if one.expected])
def test_what_is_right_in_spite_of_the_tampering_counts(outcome, one):
    found = outcome(one.student)
    assert found.lost == 0 or not found.graded


@each(HONEST)
def test_honest_work_loses_nothing(outcome, one):
    assert (outcome(one.student).lost, outcome(one.student).gained) == (0, 0)


@pytest.mark.parametrize("student", WITNESSES)
def test_an_honest_student_beside_them_finds_nothing_and_loses_nothing(outcome, student):
    found = outcome(student)
    assert (found.traces, found.lost, found.graded) == ([], 0, True)


def test_the_assignment_is_still_worth_what_it_was(course):
    results = class_results(course, "gru")
    worth = {part.name: part.max_points for part in results.parts}
    assert worth == PARTS | {f"gru-question-{number}": 1 for number in (1, 2, 3)}


def feedback(course, student: str) -> Path:
    return course.feedback / student / "gru" / "gru.html"


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@each(READ_BY_PEOPLE)
def test_feedback_does_nothing_but_be_read(course, outcome, browser, one):
    if outcome(one.student).graded or one.must_be_graded:
        assert open_page(browser, feedback(course, one.student)).traces() == []


def test_nothing_of_a_student_runs_in_the_class_report(course, browser):
    written = write_report(course, class_results(course, "gru"))
    page = open_page(browser, next(path for path in written if path.suffix == ".html"))
    assert (page.ran, page.moved, page.asks_students_address) == (False, False, False)


def test_no_feedback_page_has_a_live_script_of_a_students(course):
    pages = {path.parent.parent.name: path.read_text(encoding="utf-8") for path in course.feedback.glob("*/gru/*.html")}
    assert len(pages) > len(CLASS) / 2
    assert {name: live for name, page in pages.items() if (live := live_places(page))} == {}
