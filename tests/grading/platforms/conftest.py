"""A class that handed in on Moodle: graded, waiting for a person, broken, and one who never came."""

from __future__ import annotations

import os
import shutil
import signal
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from course_utils.grading.class_run.run import grade
from course_utils.grading.course.folder import CourseFolder, open_course
from course_utils.grading.course.release import build
from course_utils.grading.platforms.collect import collect
from course_utils.grading.platforms.roster import import_roster
from tests.toy_course import submit

ROSTER = """\
Student,ID,SIS User ID,SIS Login ID,Section,toy (7001),Final Score
    Points Possible,,,,,100,(read only)
"Lovelace, Ada",90125,S-1,ada,Seminar,,
王小明,90126,S-2,xiaoming,Seminar,,
"Li, Bo",90127,S-3,bo,Seminar,,
"Ray, Cleo",90128,S-4,cleo,Seminar,,
"Absent, Max",90129,S-5,max,Seminar,,
"""
WORKSHEET = """\
Identifier,Full name,ID number,Status,Grade,Maximum grade,Last modified (submission),Last modified (grade),\
Feedback comments
Participant 701,Ada Lovelace,S-1,Submitted,,5.00,"Tuesday, 1 December 2026, 8:15 PM",-,
Participant 702,王小明,S-2,Submitted,,5.00,"Tuesday, 1 December 2026, 9:00 AM",-,Well tried
Participant 703,Bo Li,S-3,Submitted,,5.00,"Tuesday, 1 December 2026, 9:00 AM",-,
Participant 704,Cleo Ray,S-4,Submitted,,5.00,"Tuesday, 1 December 2026, 9:00 AM",-,
Participant 705,Max Absent,S-5,No submission,,5.00,-,-,
"""
FOLDERS = {
    "ada": "Ada Lovelace_701_assignsubmission_file",
    "xiaoming": "王小明_702_assignsubmission_file",
    "bo": "Bo Li_703_assignsubmission_file",
    "cleo": "Cleo Ray_704_assignsubmission_file",
}


def zipped(path: Path, files: dict[str, bytes], times: dict[str, datetime] | None = None) -> Path:
    """A zip of these files; without times all of them are of one minute, as if they were those of the download."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            moment = (times or {}).get(name, datetime(2026, 12, 2, 9, 0))
            archive.writestr(zipfile.ZipInfo(name, moment.timetuple()[:6]), content)
    return path


def in_zip(path: Path) -> list[str]:
    """The names in a zip."""
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def written(path: Path, text: str) -> Path:
    """The file, with this text."""
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def killed_at():
    """`killed_at(3, work)`: a process that works, and is killed just before it moves something the third time."""

    def kill(moment, work) -> None:
        process = os.fork()
        if process == 0:
            moves, move = iter(range(1, 1000)), os.replace

            def replace(*paths):
                if next(moves) == moment:
                    os.kill(os.getpid(), signal.SIGKILL)
                move(*paths)

            os.replace = replace
            work()
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == -signal.SIGKILL

    return kill


@pytest.fixture(scope="session")
def blank(new_course, tmp_path_factory) -> CourseFolder:
    """Making a gradebook takes longer than copying one."""
    course = new_course(tmp_path_factory.mktemp("platforms") / "a course")
    with course.gradebook():
        return course


@pytest.fixture
def course(blank, tmp_path) -> CourseFolder:
    """A course in which nobody has handed in, with a gradebook that knows nobody."""
    shutil.copytree(blank.root, tmp_path / "copy")
    return open_course(tmp_path / "copy")


@pytest.fixture
def enrolled(course) -> CourseFolder:
    """The same with a roster."""
    import_roster(course, written(course.root / "export.csv", ROSTER))
    return course


def hand_graded(course: CourseFolder, student: str, points: float) -> None:
    """What a person does in the formgrader with the written answer."""
    with course.gradebook() as gradebook:
        cell = gradebook.find_grade("why", "toy", "toy", student)
        cell.manual_score, cell.needs_manual_grade = points, False
        gradebook.db.commit()


@pytest.fixture(scope="session")
def graded_once(needs, new_course, tmp_path_factory) -> CourseFolder:
    needs("bwrap")
    course = new_course(tmp_path_factory.mktemp("platforms") / "a course")
    build(course)
    import_roster(course, written(course.root / "export.csv", ROSTER))
    bodies = {"ada": "return 2 * x", "xiaoming": "return x", "bo": "return 2 * x"}
    files = {f"{FOLDERS[who]}/toy.ipynb": submit(course, who, body).read_bytes() for who, body in bodies.items()}
    shutil.rmtree(course.submitted)
    zip_file = zipped(course.root / "moodle.zip", files | {f"{FOLDERS['cleo']}/toy.ipynb": b"{"})
    collect(course, "toy", zip_file, written(course.root / "sheet.csv", WORKSHEET), "Europe/Vienna")
    grade(course, "toy", workers=1)
    hand_graded(course, "ada", 1.5)
    hand_graded(course, "xiaoming", 2.0)
    return course


@pytest.fixture
def graded(graded_once, tmp_path) -> CourseFolder:
    """A copy: Ada has 6.5 of 5 with her bonus, 王小明 2, Bo waits, Cleo's file is broken, Max is absent."""
    shutil.copytree(graded_once.root, tmp_path / "copy")
    return open_course(tmp_path / "copy")
