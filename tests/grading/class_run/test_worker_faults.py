"""A worker that cannot judge ends the run with one line and exit code 1; what was graded before stays in place."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import pytest

from course_utils.commands.cli import main
from course_utils.errors import CourseError
from course_utils.filesystem import REPOSITORY
from course_utils.grading.class_run import executors
from course_utils.grading.class_run.run import grade
from course_utils.grading.class_run.worker import SANDBOX_LOST
from course_utils.grading.course.release import build
from course_utils.grading.gradebook.results import State, class_results
from course_utils.sandbox.outside import parent
from course_utils.sandbox.outside.kernel import SandboxError

WORKER = "from distributed.cli.dask_worker import main; main()"
WITHOUT_PACKAGE = f"import sys; sys.modules['course_utils'] = None; {WORKER}"


@pytest.fixture(scope="module")
def scheduler(needs) -> Iterator[str]:
    """The address of a scheduler that has no workers yet."""
    needs("bwrap")
    from distributed import LocalCluster

    with LocalCluster(n_workers=0, dashboard_address=None, silence_logs=50) as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def start(scheduler) -> Iterator:
    """Starts a worker with this code and environment; it ends with the test."""
    started = []

    def worker(code: str = WORKER, **environment: str) -> psutil.Process:
        words = [scheduler, "--no-nanny", "--nthreads", "1", "--no-dashboard", "--memory-limit", "0"]
        process = psutil.Popen(
            [sys.executable, "-c", code, *words], env=os.environ | environment, cwd="/",
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        started.append(process)
        return process

    yield worker
    for process in started:
        process.kill()
        process.wait()
    time.sleep(0.5)  # the scheduler notices


@pytest.fixture(scope="module")
def graded(needs, new_course, hand_in, tmp_path_factory):
    """A class that was graded in this process, and has to be graded again."""
    needs("bwrap")
    course = new_course(tmp_path_factory.mktemp("workers") / "course")
    build(course)
    for student in ("ada", "bo", "cy"):
        hand_in(course, student)
    grade(course, "toy", workers=1)
    return course


def other_version(folder) -> str:
    """A copy of the package with another judge."""
    shutil.copytree(REPOSITORY / "course_utils", folder / "course_utils", ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / "course_utils" / "grading" / "judging" / "judge.py").open("a", encoding="utf-8") as file:
        file.write("\n# another version\n")
    return str(folder)


def path_without_bubblewrap() -> str:
    folders = os.environ["PATH"].split(os.pathsep)
    return os.pathsep.join(folder for folder in folders if not os.path.exists(f"{folder}/bwrap")) or "/nowhere"


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("no package", "does not have this course"),
        ("another version", "has another version of the course: install there the one that is here"),
        ("no sandbox", "has no sandbox: bubblewrap is not installed"),
    ],
)
def test_a_worker_that_cannot_judge_ends_the_run_with_one_line(graded, start, scheduler, tmp_path, capsys, fault, says):
    before = class_results(graded, "toy")
    if fault == "no package":
        start(WITHOUT_PACKAGE)
    elif fault == "another version":
        start(PYTHONPATH=other_version(tmp_path))
    else:
        start(PATH=path_without_bubblewrap(), PYTHONPATH=str(REPOSITORY))
    code = main(["grade", "toy", "--course", str(graded.root), "--scheduler", scheduler, "--force"])
    said = capsys.readouterr().err.splitlines()
    assert code == 1 and said[-1].startswith("course: the worker at tcp://") and says in said[-1]
    assert not any("Traceback" in line for line in said)
    assert class_results(graded, "toy") == before


def test_when_all_workers_are_gone_the_run_ends_soon_and_keeps_what_was_done(graded, start, scheduler, monkeypatch):
    assert executors.GONE_SECONDS + 2 * executors.LOOK_SECONDS < 30
    before, worker = class_results(graded, "toy"), start(PYTHONPATH=str(REPOSITORY))
    killed = []

    def kill(_):
        executors.GONE_SECONDS = 2  # from now on, as the worker had to start
        worker.kill()
        killed.append(time.monotonic())

    monkeypatch.setattr(executors, "GONE_SECONDS", executors.GONE_SECONDS)
    monkeypatch.setattr(executors.Cluster, "_require_same_version", kill)
    with pytest.raises(CourseError, match=r"no worker is left, .*; what was graded stays"):
        grade(graded, "toy", scheduler=scheduler, force=True)
    assert time.monotonic() - killed[0] < 15
    assert class_results(graded, "toy") == before


def test_workers_that_are_gone_while_pages_are_made_are_waited_for_once(graded, start, scheduler, monkeypatch):
    worker, killed, pages = start(PYTHONPATH=str(REPOSITORY)), [], executors.Cluster.pages

    def kill(cluster, wanted):
        monkeypatch.setattr(executors, "GONE_SECONDS", 4)
        monkeypatch.setattr(executors, "LOOK_SECONDS", 0.2)
        worker.kill()
        killed.append(time.monotonic())
        return pages(cluster, wanted)

    monkeypatch.setattr(executors.Cluster, "pages", kill)
    with pytest.raises(CourseError, match="no worker is left"):
        grade(graded, "toy", scheduler=scheduler, force=True)
    assert len(killed) == 1 and time.monotonic() - killed[0] < 8


@pytest.fixture
def kill_sandboxes(sandbox, monkeypatch):
    """`kill_sandboxes(n)`: the next n kernels end with the sandbox that they are in."""
    start_kernel, left = sandbox._start_kernel, []

    def started(folder):
        connection = start_kernel(folder)
        if left:
            left.pop()
            for process in sandbox._parent.process.children(recursive=True):
                process.kill()
        return connection

    monkeypatch.setattr(sandbox, "_start_kernel", started)
    return lambda count: left.extend([None] * count)


def test_a_sandbox_that_is_killed_once_costs_nobody_anything(graded, kill_sandboxes):
    before = class_results(graded, "toy")
    kill_sandboxes(1)
    assert grade(graded, "toy", workers=1, force=True) == before


def test_a_submission_with_which_it_is_killed_twice_is_set_aside_and_the_class_goes_on(graded, kill_sandboxes):
    before = class_results(graded, "toy").students
    kill_sandboxes(2)
    first, *others = grade(graded, "toy", workers=1, force=True).students
    assert (first.reason, first.state) == (SANDBOX_LOST, State.EARLIER) and first.points == before[0].points
    assert others == list(before[1:])
    assert (graded.autograded / first.student / "toy" / "toy.ipynb").exists()
    assert grade(graded, "toy", workers=1).students == before


def test_a_sandbox_that_does_not_start_again_ends_the_run(graded, kill_sandboxes, monkeypatch):
    before = class_results(graded, "toy")
    kill_sandboxes(1)
    monkeypatch.setattr(parent, "bubblewrap_arguments", lambda: ["no-bubblewrap-any-more"])
    with pytest.raises(SandboxError, match=r"the sandbox does not start: .*no-bubblewrap"):
        grade(graded, "toy", workers=1, force=True)
    assert class_results(graded, "toy") == before
