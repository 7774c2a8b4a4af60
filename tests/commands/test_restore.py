"""`course restore` as it is typed."""

from __future__ import annotations

from course_utils.commands.cli import main
from course_utils.grading.gradebook.backups import backups, keep_copy
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


def test_an_unknown_copy_is_wrong_usage(course, capfd):
    assert run(course, "yesterday") == 2
    assert "there are: none" in capfd.readouterr().err
