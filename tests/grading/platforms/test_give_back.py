"""What goes back to a platform has its names, its columns and no zero that nobody has given."""

from __future__ import annotations

import csv
import subprocess
import sys
import zipfile

import pytest
from nbgrader.utils import notebook_hash

from course_utils.commands.cli import main
from course_utils.commands.return_ import lines
from course_utils.errors import CourseError, UsageError
from course_utils.grading.class_run.run import grade
from course_utils.grading.course.folder import open_course
from course_utils.grading.platforms.give_back import give_back
from course_utils.grading.platforms.roster import read_roster
from tests.grading.platforms.conftest import FOLDERS, WORKSHEET, hand_graded, in_zip, written


def rows_of(done) -> dict[str, dict[str, str]]:
    path = next(path for path in done.files if path.name == "grades.csv")
    with path.open(newline="", encoding="utf-8-sig") as file:
        table = list(csv.DictReader(file))
    return {row[next(iter(row))]: row for row in table}


def test_moodle_gets_its_own_worksheet_back_with_grades_where_there_are_some(graded):
    done = give_back(graded, "toy")
    rows = rows_of(done)
    assert done.platform == "moodle", "that is where the submissions came from"
    assert [rows[f"Participant {number}"]["Grade"] for number in range(701, 706)] == ["6.5", "2", "", "", ""]
    assert rows["Participant 701"]["Feedback comments"] == "6.5 of 5 points"
    assert rows["Participant 702"]["Feedback comments"] == "Well tried", "a person's words stay"
    assert rows["Participant 703"]["Last modified (submission)"] == "Tuesday, 1 December 2026, 9:00 AM"


def test_who_has_no_grade_is_named_with_the_reason(graded):
    done = give_back(graded, "toy")
    assert done.graded == ["ada", "xiaoming"] and done.waiting == ["bo"]
    assert "toy.ipynb is broken" in done.not_graded["cleo"]


def test_whose_newest_version_cannot_be_graded_gets_the_points_of_the_one_before_and_is_named(graded):
    (graded.submitted / "ada" / "toy" / "toy.ipynb").write_text("{", encoding="utf-8")
    (graded.submitted / "xiaoming" / "toy" / "timestamp.txt").write_text("02/12", encoding="utf-8")
    grade(graded, "toy", workers=1)
    done = give_back(graded, "toy")
    rows = rows_of(done)
    assert [rows[f"Participant {number}"]["Grade"] for number in (701, 702)] == ["6.5", "2"]
    assert done.graded == ["ada", "xiaoming"] == list(done.earlier) and "toy.ipynb is broken" in done.earlier["ada"]
    assert any(line.startswith("the version before is graded") for line in lines(done, read_roster(graded)))


def test_moodle_s_zip_has_the_folders_of_the_one_that_was_downloaded(graded):
    done = give_back(graded, "toy")
    assert in_zip(done.files[0]) == [f"{FOLDERS['ada']}/toy.html", f"{FOLDERS['xiaoming']}/toy.html"]


def test_the_pages_have_the_points_that_people_gave_and_the_report_s_maximum(graded):
    done = give_back(graded, "toy")
    with zipfile.ZipFile(done.files[0]) as archive:
        page = archive.read(f"{FOLDERS['ada']}/toy.html").decode()
    assert "Score: 6.5 / 5.0" in page and 'src="http' not in page


def test_canvas_gets_its_own_columns_and_keeps_its_own_maximum(graded):
    done = give_back(graded, "toy", "canvas")
    rows = rows_of(done)
    assert list(rows["Lovelace, Ada"]) == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "toy (7001)"]
    assert {name: row["toy (7001)"] for name, row in rows.items()} == {
        "Points Possible": "100",
        "Absent, Max": "",
        "Li, Bo": "",
        "Lovelace, Ada": "6.5",
        "Ray, Cleo": "",
        "王小明": "2",
    }
    assert "Canvas counts 100 points at most, the assignment 5" in done.notes[0]
    assert done.without_page == ["ada", "xiaoming"], "the zip of another platform has other names"
    assert not done.left_out and "ada" not in " ".join(done.notes)


def test_moodle_s_worksheet_of_another_assignment_is_refused_and_not_kept(graded):
    sheet = graded.root / "downloaded" / "toy" / "worksheet.csv"
    kept = sheet.read_bytes()
    other = written(graded.root / "other.csv", WORKSHEET.replace("Participant 7", "Participant 8"))
    with pytest.raises(CourseError, match="nobody whose toy is graded has a row in the grading worksheet"):
        give_back(graded, "toy", "moodle", other)
    assert sheet.read_bytes() == kept and not (graded.root / "returned").exists()


def test_canvas_s_column_has_to_be_clear(graded):
    with pytest.raises(UsageError, match="a newer export"):
        (graded.root / "roster-canvas.csv").write_text("Student,ID,Section,Homework 1 (7)\n", encoding="utf-8")
        give_back(graded, "toy", "canvas")
    assert rows_of(give_back(graded, "toy", "canvas", column="Homework 1 (7)"))["王小明"]["Homework 1 (7)"] == "2"


def test_a_folder_has_a_page_for_each_and_a_table_with_addresses(graded):
    rows = rows_of(give_back(graded, "toy", "folder"))
    assert (rows["ada"]["points"], rows["ada"]["max"], rows["ada"]["file"]) == ("6.5", "5", "ada.html")
    assert (rows["bo"]["points"], rows["bo"]["state"]) == ("", "needs manual grading")
    assert sorted(path.name for path in (graded.root / "returned/toy/folder").iterdir()) == [
        "ada.html",
        "grades.csv",
        "xiaoming.html",
    ]


def test_nothing_is_made_when_nobody_is_graded_to_the_end(graded, hand_in):
    for student in ("ada", "xiaoming"):
        (graded.submitted / student / "toy" / "toy.ipynb").write_text("{", encoding="utf-8")
    with pytest.raises(CourseError, match="nobody's toy is graded to its end: 1 need manual grading"):
        give_back(graded, "toy")
    assert not (graded.root / "returned").exists()


def test_an_unknown_platform_is_refused(graded):
    with pytest.raises(UsageError, match="one of moodle, canvas, exchange, folder"):
        give_back(graded, "toy", "blackboard")


def test_nbgrader_s_exchange_gives_each_student_the_own_page(graded, tmp_path):
    """nbgrader names a released page by the secret that came with the submission."""
    root = tmp_path / "exchange"
    root.mkdir(mode=0o777)
    config = graded.root / "nbgrader_config.py"
    config.write_text(config.read_text(encoding="utf-8") + f"\nc.Exchange.root = {str(root)!r}\n", encoding="utf-8")
    (graded.submitted / "ada" / "toy" / "submission_secret.txt").write_text("hers", encoding="utf-8")
    course = open_course(graded.root)
    grade(course, "toy", students=["ada"], workers=1)
    hand_graded(course, "ada", 2.0)
    done = give_back(course, "toy", "exchange")
    page = root / "gated_rnn" / "feedback" / f"{notebook_hash(secret='hers', notebook_id='toy')}.html"
    assert "Score: 7.0 / 5.0" in page.read_text(encoding="utf-8")
    assert "xiaoming" in done.left_out and len(list(page.parent.iterdir())) == 1
    command = [sys.executable, "-m", "nbgrader", "release_feedback", "toy"]
    released = subprocess.run(command, cwd=course.root, capture_output=True, text=True, timeout=120, check=False)
    assert released.returncode == 0, released.stderr


@pytest.mark.parametrize("moment", [1, 2, 5, 6])
def test_a_kill_at_any_moment_loses_nothing_and_the_same_command_completes(graded, killed_at, moment):
    """Moments are those at which a folder is moved: of feedback/, and of returned/."""
    give_back(graded, "toy")
    killed_at(moment, lambda: give_back(graded, "toy"))
    assert (graded.root / "gradebook.db").exists() and (graded.submitted / "ada" / "toy" / "toy.ipynb").exists()
    again = give_back(graded, "toy")
    assert again.graded == ["ada", "xiaoming"] and zipfile.ZipFile(again.files[0]).testzip() is None
    folders = [graded.root / "returned" / "toy", graded.feedback / "ada", graded.feedback / "xiaoming"]
    assert [path.name for folder in folders for path in folder.iterdir()] == ["moodle", "toy", "toy"], "no half is left"


def test_an_exchange_that_cannot_be_written_is_one_line(graded, capfd):
    config = graded.root / "nbgrader_config.py"
    missing = graded.root / "no exchange"
    config.write_text(config.read_text(encoding="utf-8") + f"\nc.Exchange.root = {str(missing)!r}\n", encoding="utf-8")
    assert main(["return", "toy", "--to", "exchange", "--course", str(graded.root)]) == 1
    said = capfd.readouterr()
    assert said.err.count("\n") == 1 and "CRITICAL" not in said.out + said.err
    assert f"the exchange {missing} cannot be used: expected a folder that this user may write to" in said.err
