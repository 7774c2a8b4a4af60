"""Copies are kept before each command that writes, and one that is restored brings points, seeds and decisions back."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys

import pytest

from course_utils.errors import UsageError
from course_utils.grading.course.folder import open_course
from course_utils.grading.gradebook import backups as module
from course_utils.grading.gradebook.backups import KEPT, backups, keep_copy, restore
from course_utils.grading.gradebook.decisions import Decision, load_decision, save_decision
from course_utils.grading.gradebook.records import Record, load_record, save_record
from tests.grading.course.test_gradebook_copy import fill, read

THEN = Record(True, seeds={"toy": 1}, date="2026-01-01T10:00:00Z")
NOW = Record(True, seeds={"toy": 2}, date="2026-02-01T10:00:00Z")


def url(course):
    return course.nbgrader().db_url


def give(course, score):
    with course.gradebook() as gradebook:
        gradebook.find_grade("why", "toy", "toy", "ada").manual_score = score
        gradebook.db.commit()


@pytest.fixture
def graded(course):
    """A course with a copy of then, in which ada has 1.5 points, and 0 points now."""
    fill(url(course))
    save_record(course, "toy", "ada", THEN)
    save_decision(course, "toy", "ada", Decision("digest", ("then",)))
    keep_copy(course, "grade toy")
    give(course, 0)
    save_record(course, "toy", "ada", NOW)
    save_record(course, "toy", "bo", NOW)
    save_decision(course, "toy", "ada", Decision("digest", ("now",)))
    return course


def state(course):
    return (
        read(url(course))[0],
        load_record(course, "toy", "ada"),
        load_record(course, "toy", "bo"),
        load_decision(course, "toy", "ada", "digest").adopted,
    )


def test_a_restored_copy_brings_back_points_records_and_decisions_and_can_be_undone(graded):
    now, (copy,) = state(graded), backups(graded)
    assert now == (0, NOW, NOW, ("now",))
    undo = restore(graded, copy.name)
    assert state(graded) == (1.5, THEN, None, ("then",))
    assert undo.before == f"restore {copy.name}"
    restore(graded, undo.name)
    assert state(graded) == now


def test_what_was_recorded_since_is_still_in_the_file(graded):
    path = graded.root / "records" / "toy.jsonl"
    before = path.read_bytes()
    restore(graded, backups(graded)[0].name)
    assert path.read_bytes().startswith(before)


def test_a_lost_gradebook_is_brought_back(graded):
    os.remove(graded.root / "gradebook.db")
    assert restore(graded, backups(graded)[0].name) is None
    assert state(graded)[0] == 1.5


def test_a_damaged_gradebook_is_put_aside_and_not_thrown_away(graded):
    (graded.root / "gradebook.db").write_bytes(b"no database " * 1000)
    restore(graded, backups(graded)[0].name)
    assert state(graded)[0] == 1.5
    (aside,) = graded.root.glob("gradebook.db.damaged-*")
    assert aside.read_bytes().startswith(b"no database")


def test_an_unknown_copy_is_answered_with_the_known_ones(graded):
    with pytest.raises(UsageError, match=f"there are: {backups(graded)[0].name}"):
        restore(graded, "yesterday")


def test_without_a_gradebook_there_is_nothing_to_copy(course):
    assert keep_copy(course, "grade toy") is None and backups(course) == []
    assert not (course.root / "gradebook.db").exists()


def test_what_did_not_change_is_not_copied_again_and_the_newest_ten_are_kept(graded):
    keep_copy(graded, "grade toy")
    assert len(backups(graded)) == 2
    assert keep_copy(graded, "grade toy") == backups(graded)[0] and len(backups(graded)) == 2
    oldest = backups(graded)[-1]
    for number in range(KEPT + 2):
        give(graded, number)
        keep_copy(graded, f"grade {number}", spare=oldest.name)
    kept = backups(graded)
    assert [copy.before for copy in kept[:3]] == [f"grade {KEPT + 1 - back}" for back in range(3)]
    assert len(kept) == KEPT + 1 and kept[-1] == oldest
    keep_copy(graded, "no change, and the spared one is old")
    give(graded, 99)
    keep_copy(graded, "grade last")
    assert len(backups(graded)) == KEPT and oldest not in backups(graded)


def test_a_name_with_a_slash_makes_no_folder_elsewhere(graded):
    give(graded, 1)
    made = keep_copy(graded, "grade ../../x")
    assert made.path.parent == graded.root / "backups" and made in backups(graded)


KILLED = """
import os, signal, sys
from course_utils.grading.course.folder import open_course
from course_utils.grading.gradebook import backups

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(backups, sys.argv[3], die)
backups.restore(open_course(sys.argv[1]), sys.argv[2])
"""


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of Unix")
@pytest.mark.parametrize("step", ["copy_to_file", "_unused", "_restate_records", "append", "copy_from_file"])
def test_a_restore_that_is_killed_loses_nothing_and_ends_well_when_it_is_run_again(graded, tmp_path, step):
    course = open_course(shutil.copytree(graded.root, tmp_path / "copy"))
    (copy,) = backups(course)
    run = subprocess.run([sys.executable, "-c", KILLED, course.root, copy.name, step], check=False)
    assert run.returncode == -signal.SIGKILL
    assert read(url(course))[0] == 0  # the gradebook is still the present one
    assert copy in backups(course)
    restore(course, copy.name)
    assert state(course) == (1.5, THEN, None, ("then",))
    present = [each for each in backups(course) if each != copy]
    assert present and hasattr(module, step)
    restore(course, present[-1].name)
    assert read(url(course))[0] == 0
