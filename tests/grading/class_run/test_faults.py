"""A run that is killed at any moment loses nothing, doubles nothing, and takes nothing half-made for done.

The moments are drawn from seeds: a few here, 20 with COURSE_FULL=1. Every run is `python -m course_utils grade`, killed
by SIGKILL, as a machine that goes down would do it.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from course_utils.errors import CourseError
from course_utils.grading.course.folder import CourseFolder, open_course
from course_utils.grading.course.release import build
from course_utils.grading.gradebook.results import ClassResults, State, class_results

SEEDS = range(20 if os.environ.get("COURSE_FULL") else 2)
PATIENCE = 20  # seconds that what a killed run has started may take to notice it
BODIES = {"ada": "return 2 * x", "bo": "return x", "[odd] *name*": "raise ValueError"}
POINTS = {"ada": 5, "bo": 0, "[odd] *name*": 0}

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of Unix")


@dataclass(frozen=True)
class Calm:
    """A run that nobody disturbed: how long it took, and what it found."""

    fresh: Path
    seconds: float
    results: ClassResults


@pytest.fixture(scope="module")
def calm(new_course, hand_in, tmp_path_factory) -> Calm:
    course = new_course(tmp_path_factory.mktemp("faults") / "fresh")
    build(course)
    for student, body in BODIES.items():
        hand_in(course, student, body, answer="YOUR ANSWER HERE")
    hand_in(course, "broken").write_text('{"cells": [', encoding="utf-8")
    done = course.root.with_name("calm")
    shutil.copytree(course.root, done)
    started = time.monotonic()
    assert start(done).wait(timeout=300) == 0
    return Calm(course.root, time.monotonic() - started, class_results(open_course(done), "toy"))


def command(root: Path) -> list[str]:
    return [sys.executable, "-m", "course_utils", "grade", "toy", "--course", str(root)]


def start(root: Path) -> subprocess.Popen:
    return subprocess.Popen(command(root), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture(scope="module", params=SEEDS)
def killed(request, calm, tmp_path_factory) -> Iterator[tuple[CourseFolder, list[psutil.Process]]]:
    """A course whose first run, and by lot a second, was killed; and the processes that the runs had started."""
    draw = random.Random(request.param)
    root = tmp_path_factory.mktemp("faults") / "course"
    shutil.copytree(calm.fresh, root)
    started: list[psutil.Process] = []
    for _ in range(draw.choice((1, 1, 2))):
        run = start(root)
        time.sleep(draw.uniform(0.2, 0.9) * calm.seconds)
        started += children(run)
        run.kill()
        run.wait()
    yield open_course(root), started


@pytest.fixture(scope="module")
def caught_up(killed) -> CourseFolder:
    """The same course after a run that was left in peace."""
    run = subprocess.run(command(killed[0].root), capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    return killed[0]


def children(run: subprocess.Popen) -> list[psutil.Process]:
    try:
        return psutil.Process(run.pid).children(recursive=True)
    except psutil.NoSuchProcess:  # it was quicker than the moment
        return []


def points(results: ClassResults) -> dict[str, float | None]:
    return {result.student: result.points for result in results.students}


def submissions(course: CourseFolder) -> list[str]:
    with course.gradebook() as gradebook:
        return sorted(one.student.id for one in gradebook.assignment_submissions("toy"))


def test_a_calm_run_finds_what_everybody_deserves(calm):
    assert points(calm.results) == POINTS | {"broken": None}


def test_after_a_kill_nobody_has_a_score_that_is_not_theirs(killed, calm):
    try:
        results = class_results(killed[0], "toy")
    except CourseError:  # killed before the gradebook knew the assignment
        return
    for result in results.students:
        assert result.state is State.NOT_GRADED or result.points == POINTS[result.student]


def test_what_a_killed_run_had_started_ends(killed):
    _, alive = psutil.wait_procs(killed[1], timeout=PATIENCE)
    assert [process.name() for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []


def test_after_the_next_run_every_score_is_right_and_none_is_lost(caught_up, calm):
    assert class_results(caught_up, "toy") == calm.results


def test_after_the_next_run_everybody_is_in_the_gradebook_once(caught_up):
    assert submissions(caught_up) == sorted(POINTS)


def test_after_the_next_run_no_half_made_folder_is_left(caught_up):
    for made in (caught_up.autograded, caught_up.feedback):
        folders = {path.name for path in made.iterdir() if path.is_dir() and path.name != ".records"}
        assert folders <= set(POINTS) | {"broken"}
        assert {path.name for path in made.glob("*/*") if path.parent.name in POINTS} == {"toy"}
    for student in POINTS:
        assert (caught_up.autograded / student / "toy" / "toy.ipynb").is_file()
        assert (caught_up.feedback / student / "toy" / "toy.html").is_file()


def test_after_the_next_run_no_workspace_is_left_in_the_course(caught_up):
    assert {path.name for path in caught_up.root.iterdir()} <= {
        "autograded", "backups", "feedback", "gradebook.db", "nbgrader_config.py", "records", "release", "source",
        "submitted",
    }  # fmt: skip
