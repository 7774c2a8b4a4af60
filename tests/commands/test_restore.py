"""`course restore` as it is typed."""

from __future__ import annotations

import pytest

from course_utils.commands.cli import main
from course_utils.grading.course.release import build
from course_utils.grading.gradebook.backups import KEPT, backups, keep_copy
from course_utils.grading.gradebook.records import Record, save_record
from tests.grading.course.test_gradebook_copy import fill, read


def run(course, *words: str) -> int:
    return main(["restore", *words, "--course", str(course.root)])


def test_the_copies_are_listed_and_one_is_restored_and_that_is_undone_as_it_says(course, capfd):
    url = course.nbgrader().db_url
    assert run(course) == 0 and "no copies yet" in capfd.readouterr().out
    fill(url)
    (copy,) = [keep_copy(course, "grade toy")]
    with course.gradebook() as gradebook:
        gradebook.find_grade("why", "toy", "toy", "ada").manual_score = 0
        gradebook.db.commit()
    assert run(course) == 0
    listed = capfd.readouterr().out
    assert f"{copy.name}" in listed and "grade toy" in listed and "./course restore COPY" in listed
    assert run(course, copy.name) == 0
    said = capfd.readouterr().out
    assert f"restored {copy.name}" in said and read(url)[0] == 1.5
    undo = said.partition("./course restore ")[2].split()[0]
    assert run(course, undo) == 0 and read(url)[0] == 0
    assert [copy.before.partition(" ")[0] for copy in backups(course)] == ["restore", "restore", "grade"]


def test_the_number_of_copies_that_is_said_is_the_one_that_is_listed(course, capfd):
    fill(course.nbgrader().db_url)
    for number in range(KEPT + 1):
        with course.gradebook() as gradebook:
            gradebook.find_grade("why", "toy", "toy", "ada").manual_score = number
            gradebook.db.commit()
        if number < KEPT:
            keep_copy(course, f"grade {number}")
    run(course)
    assert f"the newest {KEPT} are kept, in" in capfd.readouterr().out
    run(course, backups(course)[-1].name)
    run(course)
    assert len(backups(course)) == KEPT + 1
    assert f"the newest {KEPT} are kept, and the one that was put back until the next copy" in capfd.readouterr().out


def test_an_unknown_copy_is_wrong_usage(course, capfd):
    assert run(course, "yesterday") == 2
    assert "there are: none" in capfd.readouterr().err


@pytest.mark.parametrize("words", [["grade", "toy"], ["report", "toy"], ["report"], ["return", "toy"]])
def test_an_empty_gradebook_that_the_formgrader_made_after_a_loss_is_noticed(course, hand_in, capfd, words):
    build(course)
    hand_in(course, "ada")
    with course.gradebook():  # as the formgrader does, which makes one where there is none
        save_record(course, "toy", "ada", Record(True))
    assert main([*words, "--course", str(course.root)]) == 1
    said = capfd.readouterr().err
    assert "gradebook.db is empty" in said and "`./course restore --course" in said
    assert not backups(course), "none has to go for a copy of nothing"


@pytest.mark.parametrize(
    "words", [["grade"], ["grade", "--dry-run"], ["report"], ["return"], ["extend"], ["extend", "ada", "--days", "1"]]
)
@pytest.mark.parametrize("kept", ["backups", "records"])
def test_a_lost_gradebook_is_not_replaced_by_an_empty_one(course, capfd, words, kept):
    (course.submitted / "ada" / "toy").mkdir(parents=True)
    fill(course.nbgrader().db_url)
    if kept == "backups":
        keep_copy(course, "grade toy")
    else:
        save_record(course, "toy", "ada", Record(True))
    database = course.root / "gradebook.db"
    database.unlink()
    command, *options = words
    assert main([command, "toy", *options, "--course", str(course.root)]) == 1
    (line,) = [line for line in capfd.readouterr().err.splitlines() if "warning" not in line]
    assert "gradebook.db is gone" in line and "move backups/ and records/" in line
    assert f"`./course restore --course '{course.root}'` lists" in line, "as the course was named by it"
    assert not database.exists()
    (course.root / kept).rename(course.root / "elsewhere")
    with course.gradebook() as gradebook:
        assert gradebook.assignments == []
