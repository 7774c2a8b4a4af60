"""The settings that docs/instructor.md gives an instructor do what it says, with stock nbgrader."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import zipfile

import pytest
from sqlalchemy import create_engine, text

from course_utils.commands.cli import main
from course_utils.filesystem import REPOSITORY
from course_utils.grading.class_run.run import grade
from course_utils.grading.course.folder import open_course
from course_utils.grading.course.release import build
from course_utils.grading.gradebook.records import last_grading
from course_utils.grading.gradebook.results import State, class_results
from tests.grading.course.test_gradebook_copy import fill, read

GUIDE = (REPOSITORY / "docs" / "instructor.md").read_text(encoding="utf-8")


def block(word):
    """The guide's block of Python that has this word in it."""
    (found,) = [code for code in re.findall(r"```python\n(.+?)```", GUIDE, re.DOTALL) if word in code]
    return found


def add_settings(course, code):
    with open(course.root / "nbgrader_config.py", "a", encoding="utf-8") as settings:
        settings.write("\n" + code)


def nbgrader(course, *arguments):
    run = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments], cwd=course.root, capture_output=True, text=True, timeout=120
    )
    assert run.returncode == 0, run.stderr
    return run.stderr


def give_by_hand(course):
    with course.gradebook() as gradebook:
        for student in [each.student_id for each in gradebook.assignment_submissions("toy")]:
            score = gradebook.find_grade("why", "toy", "toy", student)
            score.manual_score, score.needs_manual_grade = 1.5, False
        gradebook.db.commit()


EXPORT = """\
Student,ID,SIS User ID,SIS Login ID,Section,toy (7001)
"Lovelace, Ada",90125,S-1,ada,A,
"De La Cruz, Zoë",90126,S-2,zoe,A,
"""
WORKSHEET = """\
Identifier,Full name,Grade,Last modified (submission),Last modified (grade)
Participant 1,Ada Lovelace,,"Tuesday, 1 December 2026, 8:15 PM",-
Participant 2,Zoë De La Cruz,,"Tuesday, 1 December 2026, 9:15 PM",-
"""


def commands(word) -> list[list[str]]:
    """The guide's lines of this command, as words."""
    lines = re.findall(rf"^(\./course {word} .*?)(?:\s+#.*)?$", GUIDE, re.MULTILINE)
    return [shlex.split(line)[1:] for line in lines]


def test_the_way_from_the_list_of_students_to_returned_grades_is_as_written(course, hand_in, needs, monkeypatch):
    needs("bwrap")
    build(course)
    monkeypatch.chdir(course.root)
    (course.root / "gradebook.csv").write_text(EXPORT, encoding="utf-8")
    (course.root / "grades.csv").write_text(WORKSHEET, encoding="utf-8")
    moodle = {"Ada Lovelace_1_assignsubmission_file": "ada", "Zoë De La Cruz_2_assignsubmission_file": "zoe"}
    with zipfile.ZipFile("submissions.zip", "w") as export:
        for folder, student in moodle.items():
            export.write(hand_in(course, student, answer="YOUR ANSWER HERE"), f"{folder}/toy.ipynb")
    shutil.rmtree(course.submitted)
    steps = [*commands("roster"), *commands("collect"), ["grade", "gru", "--workers", "1"], *commands("return")]
    assert len(steps) == 9
    for words in steps:
        if "exchange" not in words:  # whose folder is the machine's: tests of the platforms have one
            assert main([*("toy" if word == "gru" else word for word in words), "--course", "."]) == 0, words
    for made in ("moodle/feedback.zip", "moodle/grades.csv", "canvas/grades.csv", "folder/zoe.html"):
        assert (course.root / "returned" / "toy" / made).is_file()
    stamp = (course.submitted / "ada" / "toy" / "timestamp.txt").read_text(encoding="utf-8")
    assert stamp == "2026-12-01 19:15:00 UTC\n"


def test_the_late_rule_takes_ten_percent_for_each_day_begun(course, hand_in):
    build(course)
    add_settings(course, block("TenPercentADay"))
    course = open_course(course.root)
    for student, time in {
        "early": "2026-12-01 12:00:00 UTC",
        "late": "2026-12-03 00:00:00 UTC",
        "unknown": None,
    }.items():
        path = hand_in(course, student)
        if time:
            path.with_name("timestamp.txt").write_text(time)
    deadline = re.search(r'nbgrader (db assignment add) gru (--duedate) "(.+?)"', GUIDE)
    nbgrader(course, *deadline[1].split(), "toy", deadline[2], deadline[3])
    results = grade(course, "toy")
    assert {student.student: student.penalty for student in results.students} == {
        "early": 0,
        "late": pytest.approx(0.1 * 2 * 5),
        "unknown": 0,
    }


def test_feedback_written_anew_has_what_was_graded_by_hand(course, hand_in):
    build(course)
    hand_in(course, "ada")
    grade(course, "toy")
    with course.gradebook() as gradebook:
        gradebook.find_grade("why", "toy", "toy", "ada").manual_score = 1.5
        gradebook.find_comment("why", "toy", "toy", "ada").manual_comment = "And why is that?"
        gradebook.db.commit()
    nbgrader(course, "generate_feedback", "toy", "--force")
    page = (course.feedback / "ada" / "toy" / "toy.html").read_text(encoding="utf-8")
    assert "And why is that?" in page and "Score: 6.5 / 5.0" in page
    nbgrader(course, "export")
    header, row = (course.root / "grades.csv").read_text(encoding="utf-8").splitlines()
    assert dict(zip(header.split(","), row.split(","), strict=True))["score"] == "6.5"


def test_an_extension_is_granted_before_anything_was_handed_in_and_is_kept(course, hand_in):
    build(course)
    words = re.search(r"\./course (extend) gru (ada --days 3)\n", GUIDE)
    hand_in(course, "bo").with_name("timestamp.txt").write_text("2026-12-03 23:59 +0800", encoding="utf-8")
    add_settings(course, 'c.LateSubmissionPlugin.penalty_method = "zero"')
    grade(open_course(course.root), "toy")
    nbgrader(course, "db", "assignment", "add", "toy", "--duedate", "2026-12-01 23:59 Asia/Shanghai")
    nbgrader(course, "db", "student", "add", "ada")
    assert main([words[1], "toy", *words[2].split(), "--course", str(course.root)]) == 0
    hand_in(course, "ada").with_name("timestamp.txt").write_text("2026-12-04 23:59 +0800", encoding="utf-8")
    results = grade(open_course(course.root), "toy")
    assert {result.student: result.penalty for result in results.students} == {"ada": 0, "bo": 5}


def test_what_the_guide_says_to_back_up_brings_back_points_hand_grades_and_the_seeds_of_verdict(
    course, hand_in, tmp_path, capfd
):
    build(course)
    hand_in(course, "ada")
    hand_in(course, "bo", "return x")
    grade(course, "toy")
    give_by_hand(course)
    before, seeds = class_results(course, "toy"), last_grading(course, "toy", "bo").seeds
    listed = GUIDE.partition("**Back up**")[2].partition("All else")[0]
    table = re.findall(r"^\| (`.+?) \| .+ \|$", listed, re.MULTILINE)
    named = [name.rstrip("/") for row in table for name in re.findall(r"`([^`]+)`", row) if name != "pg_dump"]
    assert len(named) == 5
    copied = tmp_path / "restored"
    copied.mkdir()
    for name in named:
        copy = shutil.copytree if (course.root / name).is_dir() else shutil.copy
        copy(course.root / name, copied / name)
    command = re.search(r"run `\./course (grade) NAME (--course) FOLDER`", GUIDE)
    assert main([command[1], "toy", command[2], str(copied)]) == 0
    restored = open_course(copied)
    assert class_results(restored, "toy") == before and before.students[0].state is State.GRADED
    capfd.readouterr()
    assert main(["verdict", "toy", "bo", "--course", str(copied)]) == 0
    said = capfd.readouterr().out
    assert f"toy, seed {seeds['toy']}" in said and "changed since it was graded" not in said


def test_a_copy_is_listed_and_restored_by_the_guides_commands(course, hand_in, capfd):
    build(course)
    hand_in(course, "ada")
    grade(course, "toy")
    give_by_hand(course)
    assert main(["grade", "toy", "--course", str(course.root)]) == 0  # before which a copy is made
    with course.gradebook() as gradebook:
        gradebook.remove_student("ada")
    listing, restoring = re.findall(r"^\./course (restore)(?: +#| \d{4}-\d\d-\d\dT\d{6}Z +#)", GUIDE, re.MULTILINE)
    capfd.readouterr()
    assert main([listing, "--course", str(course.root)]) == 0
    copy = re.search(r"\d{4}-\d\d-\d\dT\d{6}Z", capfd.readouterr().out)[0]
    assert main([restoring, copy, "--course", str(course.root)]) == 0
    (ada,) = class_results(course, "toy").students
    assert ada.state is State.GRADED and ada.points == 6.5


def test_the_gradebook_moves_to_postgresql_and_back_by_the_guides_commands(course, postgresql, capfd):
    engine = create_engine(postgresql)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE DATABASE guide"))
    engine.dispose()
    there, back = re.findall(r"^\./course move-gradebook (\S+)", GUIDE, re.MULTILINE)
    assert there == "postgresql+psycopg2://USER@HOST/DATABASE"
    fill(course.nbgrader().db_url)
    settings = course.root / "nbgrader_config.py"
    stock = settings.read_text(encoding="utf-8")
    assert main(["move-gradebook", postgresql.replace("/postgres?", "/guide?"), "--course", str(course.root)]) == 0
    add_settings(course, capfd.readouterr().out.splitlines()[-1])
    moved = open_course(course.root)
    assert read(moved.nbgrader().db_url) == (1.5, False, "Half of it. 一半", "艾达")
    (course.root / "gradebook.db").rename(course.root / "old.db")
    assert main(["move-gradebook", back, "--course", str(course.root)]) == 0
    assert "take the line with c.CourseDirectory.db_url out" in capfd.readouterr().out
    settings.write_text(stock, encoding="utf-8")
    assert read(open_course(course.root).nbgrader().db_url) == (1.5, False, "Half of it. 一半", "艾达")
