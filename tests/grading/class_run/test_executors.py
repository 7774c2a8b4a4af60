"""A class on workers of dask.distributed: workers may die, a run be stopped, and the gradebook be PostgreSQL's."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from course_utils.errors import CourseError
from course_utils.filesystem import REPOSITORY
from course_utils.grading.class_run import executors
from course_utils.grading.class_run import run as grading
from course_utils.grading.class_run.executors import SET_ASIDE
from course_utils.grading.class_run.run import grade
from course_utils.grading.course.folder import open_course
from course_utils.grading.course.release import build
from course_utils.grading.gradebook.records import load_record
from course_utils.grading.gradebook.report import write_report
from course_utils.grading.gradebook.results import State, class_results

RIGHT = {"double-check": 3, "why": 0, "text-bonus": 2}


def points(results) -> dict[str, dict[str, float] | str]:
    """Student -> points by part, or the reason why there are none."""
    return {one.student: {part.name: score.points for part, score in one.scores.items()} or one.reason
            for one in results.students}  # fmt: skip


@pytest.fixture
def class_of(course, hand_in):
    """Makes the toy course a class of `count` students with right answers."""

    def make(count: int):
        build(course)
        for number in range(count):
            hand_in(course, f"student-{number:02}")
        return course

    return make


KILLS_ITS_WORKER = """\
import os, signal
here = os.getpid()
parents = [int(open(f"/proc/{here}/stat").read().rpartition(")")[2].split()[1])]
parents.append(int(open(f"/proc/{parents[0]}/stat").read().rpartition(")")[2].split()[1]))
os.kill(parents[1], signal.SIGKILL)"""


def test_a_submission_that_kills_its_worker_is_set_aside_and_the_class_goes_on(class_of, hand_in):
    """Without a sandbox: in one, the worker cannot be reached."""
    course = class_of(3)
    hand_in(course, "killer", KILLS_ITS_WORKER)
    hand_in(course, "wrong", "return x")
    hand_in(course, "broken").write_text("{", encoding="utf-8")
    results = points(grade(course, "toy", workers=2, sandbox="none"))
    assert results.pop("killer") == SET_ASIDE
    assert results.pop("wrong") == dict.fromkeys(RIGHT, 0)
    assert results.pop("broken").startswith("toy.ipynb is broken")
    assert results == {f"student-{number:02}": RIGHT for number in range(3)}
    assert len(list(course.feedback.glob("*/toy/toy.html"))) == 4


def test_workers_that_are_there_already_are_used_and_one_that_is_killed_costs_a_retry_only(needs, class_of, hand_in):
    needs("bwrap")
    from distributed import LocalCluster

    course = class_of(6)
    hand_in(course, "slow", "import time\ntime.sleep(1)\nreturn 2 * x")
    killed = []

    def kill(workers):
        """The first time that a kernel is at work, kill its worker."""
        while not killed:
            for worker in workers:
                if psutil.Process(worker).children(recursive=True)[4:]:
                    os.kill(worker, signal.SIGKILL)
                    killed.append(worker)
                    return
            time.sleep(0.02)

    with LocalCluster(
        n_workers=1, threads_per_worker=1, memory_limit=0, dashboard_address=None, silence_logs=50
    ) as cluster:
        worker = next(iter(cluster.workers.values())).process.pid
        killer = threading.Thread(target=kill, args=[[worker]], daemon=True)
        killer.start()
        results = points(grade(course, "toy", scheduler=cluster.scheduler_address))
        killer.join(1)
        assert worker in killed and len(cluster.workers) == 1, "the cluster is still there, for others"
    assert all(one == RIGHT for one in results.values()), results


def test_an_address_that_is_none_is_said_in_a_line():
    with pytest.raises(CourseError, match="no dask scheduler"), executors.Cluster(None, 1, "nonsense://x"):
        pass


def start(course, *words: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "course_utils", "grade", "toy", "--course", str(course.root), *words]
    return subprocess.Popen(command, cwd=REPOSITORY, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            start_new_session=True, env=os.environ | {"COLUMNS": "200"})  # fmt: skip


def test_ctrl_c_keeps_what_was_graded_and_the_same_command_goes_on(needs, class_of, hand_in, monkeypatch):
    needs("bwrap")
    course = class_of(3)
    for number in range(8):  # many, as the first results wait for a worker that makes their pages
        hand_in(course, f"then-{number}", "import time\ntime.sleep(0.4)\nreturn 2 * x")
    running = start(course, "--workers", "2")
    for line in running.stderr:
        if "(2 of" in line:
            break
    os.killpg(running.pid, signal.SIGINT)
    _, errors = running.communicate(timeout=60)
    assert running.returncode == 130
    assert errors.splitlines()[-1] == "course: stopped" and "from Nanny" not in errors
    end = time.monotonic() + 10
    while left := [one for one in psutil.process_iter() if _is_of(one, running.pid)]:
        assert time.monotonic() < end, left
        time.sleep(0.1)
    results = class_results(course, "toy")
    assert 2 <= len(results.students) - results.count(State.NOT_GRADED) < len(results.students)
    kept = {one.student for one in results.students if one.state is not State.NOT_GRADED}
    run = []
    real = executors.grade_submission
    monkeypatch.setattr(executors, "grade_submission", lambda *given: run.append(given[0].student) or real(*given))
    assert all(one == RIGHT for one in points(grade(course, "toy", workers=1)).values())
    assert set(run) == set(course.students()) - kept


def test_a_ctrl_c_that_python_swallows_stops_the_class_at_the_next_result(needs, class_of, monkeypatch):
    needs("bwrap")
    course = class_of(3)
    real = executors.grade_submission

    class Deleted:
        def __del__(self):
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(executors, "grade_submission", lambda *arguments: Deleted() and real(*arguments))
    monkeypatch.setattr(sys, "unraisablehook", lambda swallowed: None)
    with pytest.raises(KeyboardInterrupt):
        grade(course, "toy", workers=1)
    assert class_results(course, "toy").count(State.NOT_GRADED) == 2
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def _is_of(process: psutil.Process, session: int) -> bool:
    try:
        return os.getsid(process.pid) == session and process.status() != psutil.STATUS_ZOMBIE
    except (OSError, psutil.Error):
        return False


# What one student hands in never costs another


def test_a_timestamp_that_is_none_costs_its_student_only(needs, class_of):
    needs("bwrap")
    course = class_of(3)
    stamps = {"student-00": b"yesterday, I think", "student-01": b"\xff\xfe", "student-02": b"2026-01-01 10:00:00 UTC"}
    for student, stamp in stamps.items():
        (course.submitted / student / "toy" / "timestamp.txt").write_bytes(stamp)
    results = points(grade(course, "toy", workers=1))
    assert results["student-02"] == RIGHT
    for student in ("student-00", "student-01"):
        assert results[student].startswith("timestamp.txt holds no time")  # it could have been late


def test_text_that_is_no_unicode_costs_nobody_anything(needs, class_of, hand_in):
    needs("bwrap")
    course = class_of(1)
    hand_in(course, "printed", "print(chr(0xD800), chr(0))\nreturn 2 * x")
    hand_in(course, "written", "return 2 * x  # \ud800 \0", answer="\ud800")
    results = points(grade(course, "toy", workers=1))
    assert results["student-00"] == results["printed"] == RIGHT
    assert results["written"] == RIGHT | {"double-check": 0, "text-bonus": 0}  # Python takes no zero byte
    assert (course.feedback / "printed" / "toy" / "toy.html").exists()


def test_files_that_stand_in_each_others_way_cost_their_student_only(needs, class_of):
    needs("bwrap")
    course = class_of(2)
    (course.source / "toy" / "data").mkdir()
    (course.source / "toy" / "data" / "table.csv").write_text("1,2")
    (course.submitted / "student-00" / "toy" / "data").write_text("a file of this name")
    os.mkfifo(course.submitted / "student-01" / "toy" / "pipe")
    (course.submitted / "student-01" / "toy" / "loop").symlink_to(".")
    results = points(grade(course, "toy", workers=1))
    assert results["student-01"] == RIGHT
    assert results["student-00"] == RIGHT
    assert (course.autograded / "student-00" / "toy" / "data" / "table.csv").read_text() == "1,2"


def test_what_the_gradebook_refuses_costs_its_student_only(needs, class_of, monkeypatch):
    needs("bwrap")
    course = class_of(4)
    real = grading.Ledger._enter

    def enter(self, graded):
        if graded.student == "student-01":
            raise ValueError("value too long for type character varying(128)")
        return real(self, graded)

    monkeypatch.setattr(grading.Ledger, "_enter", enter)
    results = points(grade(course, "toy", workers=1))
    assert "value too long" in results.pop("student-01")
    assert all(one == RIGHT for one in results.values()), results
    assert load_record(course, "toy", "student-01").graded is False
    assert not (course.autograded / "student-01" / "toy").exists()


def test_a_gradebook_that_cannot_be_written_stops_the_class_with_a_line(needs, class_of, monkeypatch):
    needs("bwrap")
    from sqlalchemy.exc import OperationalError

    def enter(*_):
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    course = class_of(2)
    monkeypatch.setattr(grading.Ledger, "_enter", enter)
    with pytest.raises(CourseError, match=r"cannot be used: Exception: database or disk is full.*goes on"):
        grade(course, "toy", workers=1)
    assert class_results(course, "toy").count(State.NOT_GRADED) == 2


def test_a_file_that_cannot_be_read_costs_its_student_only(needs, class_of, monkeypatch):
    needs("bwrap")
    course = class_of(2)
    closed = course.submitted / "student-00" / "toy" / "closed.txt"
    closed.write_text("x")
    real = Path.read_bytes

    def read_bytes(path):
        if path == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    results = points(grade(course, "toy", workers=1))
    assert "Permission denied" in results["student-00"] and results["student-01"] == RIGHT


# PostgreSQL


def test_the_gradebook_may_be_postgresqls(needs, postgresql, new_course, hand_in, tmp_path):
    needs("bwrap")
    course = new_course(tmp_path / "a course")
    with (course.root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(f"\nc.CourseDirectory.db_url = {postgresql!r}\n")
    course = open_course(course.root)
    build(course)
    for number in range(3):
        hand_in(course, f"student-{number}")
    hand_in(course, "n" * 200)
    (course.submitted / "student-2" / "toy" / "timestamp.txt").write_text("2026-01-01 10:00:00 UTC")
    results = points(grade(course, "toy", workers=1))
    assert "too long" in results.pop("n" * 200)
    assert all(one == RIGHT for one in results.values()), results
    assert not (course.root / "gradebook.db").exists()
    with course.gradebook() as gradebook:
        assert len(gradebook.assignment_submissions("toy")) == 3


def test_no_file_or_folder_of_a_student_ends_the_class(needs, class_of, request):
    needs("bwrap")
    course = class_of(8)
    own = [course.submitted / f"student-{number:02}" / "toy" for number in range(8)]
    _nest(own[0], "a", 1500)
    _nest(own[1], "b" * 250, 20)
    request.addfinalizer(lambda: subprocess.run(["rm", "-rf", *own[:2]], check=True))  # pytest's own way recurses
    (own[2] / "toy.ipynb").unlink()
    Path(os.fsdecode(os.fsencode(own[2]) + b"/\xff\x1b[2J\n.ipynb")).write_text("{}")
    os.mkfifo(own[3] / "timestamp.txt")
    (own[4] / "timestamp.txt").symlink_to("/dev/zero")
    (own[5] / "timestamp.txt").write_text("23:591111111111111111111111111111111111111111/,")
    with open(own[6] / "huge.bin", "wb") as file:
        file.truncate(4 * 2**40)
    own[7].parent.rename(Path(os.fsdecode(os.fsencode(course.submitted) + b"/student-\xff\x1b[2J")))
    (course.submitted / "student-99").mkdir()
    shutil.copytree(course.release / "toy", course.submitted / "student-99" / "toy")
    found = grade(course, "toy", workers=1)
    results = points(found)
    assert results["student-99"].keys() == RIGHT.keys()
    for number, reason in enumerate(["folders in folders"] * 2 + ["only  "] + ["timestamp.txt holds"] * 3 + ["48 MiB"]):
        assert reason in results[f"student-{number:02}"]
    assert all(word not in reason for reason in results.values() for word in ("\x1b", "\n", "\udcff"))
    page, table = write_report(course, found)
    assert "student-?" in page.read_text(encoding="utf-8") and "student-?" in table.read_text(encoding="utf-8")


def _nest(folder: Path, name: str, times: int) -> None:
    """Folders in folders, deeper than a path may be long."""
    inside = os.open(folder, os.O_RDONLY)
    for _ in range(times):
        os.mkdir(name, dir_fd=inside)
        deeper = os.open(name, os.O_RDONLY, dir_fd=inside)
        os.close(inside)
        inside = deeper
    os.close(inside)


def test_files_that_cannot_be_written_again_cost_their_student_only(needs, class_of, monkeypatch):
    needs("bwrap")
    course = class_of(2)
    (course.submitted / "student-00" / "toy" / "x").write_text("x")
    real = grading._write

    def write(path, content, mode):
        if path.name == "x":
            raise OSError(36, "File name too long")
        real(path, content, mode)

    monkeypatch.setattr(grading, "_write", write)
    results = points(grade(course, "toy", workers=1))
    assert results["student-01"] == RIGHT
    assert results["student-00"].startswith("its files cannot be written")
