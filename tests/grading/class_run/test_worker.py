"""A worker judges one submission, and only a fault of the machine is raised."""

from __future__ import annotations

import pickle

import pytest

from course_utils.grading.class_run import worker
from course_utils.grading.class_run.run import grading_settings
from course_utils.grading.class_run.worker import grade_submission, read_submission
from course_utils.grading.course.release import build, register
from course_utils.sandbox.outside.parent import SandboxError


@pytest.fixture
def settings(course):
    build(course)
    register(course, "toy")
    return grading_settings(course, "toy")


@pytest.fixture
def submission(settings, course, hand_in):
    return read_submission(hand_in(course, "ada").parent, "ada", {"toy": 7})


def test_a_submission_is_read_without_links(submission, course):
    folder = course.submitted / "ada" / "toy"
    (folder / "notes.txt").write_text("mine")
    (folder / "elsewhere").symlink_to("/etc/hostname")
    read = read_submission(folder, "ada")
    assert (set(read.notebooks), read.files, read.seeds) == ({"toy"}, {"notes.txt": b"mine"}, {})


def test_what_goes_to_a_worker_and_what_comes_back_are_plain_data(the_sandbox, settings, submission):
    graded = grade_submission(*pickle.loads(pickle.dumps((submission, settings))))
    back = pickle.loads(pickle.dumps(graded))
    assert (back.student, back.reason, back.seeds) == ("ada", "", {"toy": 7})
    assert {name: result.points for name, result in back.cells["toy"].items()} == {"double-check": 3, "text-bonus": 2}
    assert set(back.seconds) >= {"total", "cells", "checks", "convert"}


def test_a_broken_notebook_is_the_submissions_reason(settings, submission):
    broken = type(submission)("ada", {"toy": b"{"}, {})
    assert grade_submission(broken, settings).reason.startswith("toy.ipynb is broken: not JSON")


@pytest.mark.parametrize("error", [SandboxError("no bubblewrap"), KeyboardInterrupt()])
def test_a_fault_of_the_machine_is_raised(settings, submission, monkeypatch, error):
    def sandbox(*_):
        raise error

    monkeypatch.setattr(worker, "shared_sandbox", sandbox)
    with pytest.raises(type(error)):
        grade_submission(submission, settings)
