"""The settings that docs/instructor.md gives an instructor do what it says, with stock nbgrader."""

from __future__ import annotations

import csv
import json
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from sqlalchemy import create_engine, text

from course_utils.commands.cli import main
from course_utils.filesystem import REPOSITORY, folder_names
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


WAY = """\
./course new ../term1
./course new-assignment memory --course ../term1
./course check memory --course ../term1
./course build --course ../term1
./course handout ../course-for-students
(the students' work)
./course roster gradebook.csv
./course collect gru submissions.zip --worksheet grades.csv --zone Europe/Vienna
./course grade gru
./course report gru
nbgrader db assignment add gru --duedate "2026-12-01 23:59 UTC"
./course extend gru ada --days 3
./course grade gru
(points by hand)
./course return gru
./course return gru --to canvas
./course return gru --to folder
(a slip of the hand)
./course restore
./course restore COPY
./course return gru
./course report
"""
EXPORT = """\
Student,ID,SIS User ID,SIS Login ID,Section,memory (7001)
"Lovelace, Ada",90125,S-1,ada,A,
"De La Cruz, Zoë",90126,S-2,zoe,A,
"""
WORKSHEET = """\
Identifier,Full name,Grade,Last modified (submission),Last modified (grade)
Participant 1,Ada Lovelace,,"Thursday, 3 December 2026, 8:15 PM",-
Participant 2,Zoë De La Cruz,,"Wednesday, 2 December 2026, 9:15 AM",-
"""
FOLDERS = {"ada": "Ada Lovelace_1_assignsubmission_file", "zoe": "Zoë De La Cruz_2_assignsubmission_file"}
STAMP = r"\d{4}-\d\d-\d\dT\d{6}Z(?:-\d+)?"  # numbered, where two copies were made within a second


class Term:
    """An instructor's term beside a folder of the course: `term1`, typed into line by line as the guide has it."""

    def __init__(self, folder, capfd):
        self.root, self.edition, self.capfd = folder / "term1", folder / "course-for-students", capfd
        self.copy = ""

    @property
    def course(self):
        return open_course(self.root)

    def type(self, line):
        """A command of the guide, of this assignment and course; what it printed."""
        assert re.search(rf"^{re.escape(line).replace('COPY', STAMP)}( +#.*)?$", GUIDE, re.MULTILINE), line
        program, *words = ("memory" if word == "gru" else word for word in shlex.split(line.replace("COPY", self.copy)))
        if program == "nbgrader":
            return nbgrader(self.course, *words)
        self.capfd.readouterr()
        assert main(words if "--course" in words or words[0] == "new" else [*words, "--course", str(self.root)]) == 0, (
            line
        )
        return self.capfd.readouterr().out

    def points(self, platform, name="Identifier"):
        with (self.root / "returned" / "memory" / platform / "grades.csv").open(encoding="utf-8-sig") as file:
            return {row[name]: row for row in csv.DictReader(file)}


def do_the_work(term):
    """Both solve it in the notebook that was handed out; the platform makes a zip, a list and a worksheet of it."""
    handed_out = (term.edition / "release" / "memory" / "memory.ipynb").read_text(encoding="utf-8")
    notebook = json.loads(handed_out)
    for cell in notebook["cells"]:
        if cell["id"] == "memory-share-left":
            cell["source"] = "def share_left(keep, steps):\n    return keep**steps"
        if cell["id"] == "memory-question-1":
            cell["source"] = "Half to the power of one over 35."
    with zipfile.ZipFile("submissions.zip", "w") as export:
        for folder in FOLDERS.values():
            export.writestr(f"{folder}/memory.ipynb", json.dumps(notebook))
    Path("gradebook.csv").write_text(EXPORT, encoding="utf-8")
    Path("grades.csv").write_text(WORKSHEET, encoding="utf-8")


def give_points(term):
    with term.course.gradebook() as gradebook:
        for student, points in {"ada": 1.0, "zoe": 0.5}.items():
            grade_ = gradebook.find_grade("memory-question-1", "memory", "memory", student)
            grade_.manual_score, grade_.needs_manual_grade = points, False
        gradebook.db.commit()


def forget_ada(term):
    with term.course.gradebook() as gradebook:
        gradebook.remove_student("ada")


def test_the_whole_way_from_a_new_course_to_returned_and_restored_grades_is_as_written(
    needs, tmp_path, monkeypatch, capfd
):
    needs("bwrap")
    (tmp_path / "course").mkdir()
    monkeypatch.chdir(tmp_path / "course")
    term, said = Term(tmp_path, capfd), {}
    by_hand = {"(the students' work)": do_the_work, "(points by hand)": give_points, "(a slip of the hand)": forget_ada}
    for line in WAY.splitlines():
        if line in by_hand:
            by_hand[line](term)
            continue
        said[line] = term.type(line)
        if line.startswith("./course new ../"):
            for name in set(folder_names(term.root / "source")):
                shutil.rmtree(term.root / "source" / name)
            add_settings(term.course, block("TenPercentADay"))
        if line == "./course restore":
            term.copy = re.search(STAMP, said[line])[0]
        if line == "./course return gru":
            for path in ("moodle/feedback.zip", "moodle/grades.csv"):
                assert (term.root / "returned" / "memory" / path).is_file()
            rows = term.points("moodle")
            assert [rows[f"Participant {number}"]["Grade"] for number in (1, 2)] == ["3", "2.25"]
    assert "1 of 1 checks are ok" in said["./course check memory --course ../term1"]
    assert "keep**steps" not in (term.edition / "release" / "memory" / "memory.ipynb").read_text(encoding="utf-8")
    assert "late penalties were old, and are now right: zoe" in said["./course return gru"]
    assert term.points("folder", "student")["zoe"]["points"] == "2.25"
    assert term.points("canvas", "Student")["Lovelace, Ada"]["memory (7001)"] == "3"
    assert [result.points for result in class_results(term.course, "memory").students] == [3, 2.25]
    assert (term.root / "reports" / "memory.html").is_file() and (term.root / "reports" / "overview.csv").is_file()


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
