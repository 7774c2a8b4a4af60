"""What counts as graded, and by what a submission was judged last."""

from __future__ import annotations

import json

import pytest

from course_utils.grading.gradebook.journal import append
from course_utils.grading.gradebook.records import (
    NBGRADER,
    Grading,
    Record,
    journal_path,
    last_grading,
    load_record,
    mark_outdated,
    note_seed,
    restated,
    save_record,
    versions,
)

OURS = Record(True, seeds={"toy": 1, "more": 2}, date="2026-01-01T10:00:00Z", versions={"torch": "2.0"}, grader="a")


def test_a_record_comes_back_as_it_was(course):
    save_record(course, "toy", "ada", OURS)
    assert load_record(course, "toy", "ada") == OURS and load_record(course, "toy", "bo") is None


def test_a_record_has_the_versions_of_what_judges_here():
    assert set(versions()) == {"course_utils", "torch", "nbgrader", "python"} and all(versions().values())


def test_the_last_grading_is_ours_or_nbgraders_whichever_is_later(course):
    note_seed(course.root, "toy", "ada", "toy", 7)
    last = last_grading(course, "toy", "ada")
    assert (last.by, last.seeds, last.versions) == (NBGRADER, {"toy": 7}, versions()) and last.date > OURS.date
    save_record(course, "toy", "ada", OURS)  # with a date before that
    assert last_grading(course, "toy", "ada").seeds == {"toy": 7, "more": 2}
    save_record(course, "toy", "ada", Record(True, seeds={"toy": 3}, date="9999-01-01T00:00:00Z"))
    assert last_grading(course, "toy", "ada") == Grading("./course grade", {"toy": 3}, "9999-01-01T00:00:00Z")


def test_to_be_marked_as_outdated_does_not_make_a_record_the_last_grading(course):
    save_record(course, "toy", "ada", OURS)
    note_seed(course.root, "toy", "ada", "toy", 7)
    mark_outdated(course, "toy", "ada", grader="b")
    assert load_record(course, "toy", "ada").outdated and last_grading(course, "toy", "ada").seeds["toy"] == 7


def test_records_of_an_older_version_count_until_there_are_new_ones(course):
    folder = course.autograded / ".records" / "toy"
    folder.mkdir(parents=True)
    older = {"graded": True, "seeds": {"toy": 5}, "answers": {"toy": {"why": "hash"}}, "due": "2026-01-01 10:00:00"}
    (folder / "ada.json").write_text(json.dumps(older), encoding="utf-8")
    (folder / "bo.toy.seed").write_text("6\n", encoding="utf-8")
    (folder / "cy.json").write_text("[", encoding="utf-8")
    assert load_record(course, "toy", "ada") == Record(True, seeds={"toy": 5}, answers={"toy": {"why": "hash"}})
    assert last_grading(course, "toy", "bo").seeds == {"toy": 6}
    assert load_record(course, "toy", "cy") is None and last_grading(course, "toy", "cy") is None
    save_record(course, "toy", "ada", OURS)
    assert load_record(course, "toy", "ada") == OURS


@pytest.mark.parametrize("record", [None, [], {"reason": "no field of the needed ones"}, "text"])
def test_what_is_no_record_is_none(course, record):
    append(journal_path(course.root, "toy"), {"student": "ada", "record": record})
    assert load_record(course, "toy", "ada") is None


def test_restated_lines_make_a_journal_say_what_another_said(course, tmp_path):
    then = tmp_path / "then.jsonl"
    save_record(course, "toy", "ada", OURS)
    then.write_bytes(journal_path(course.root, "toy").read_bytes())
    note_seed(course.root, "toy", "ada", "toy", 7)
    save_record(course, "toy", "ada", Record(False, "broken"))
    save_record(course, "toy", "bo", OURS)
    current = journal_path(course.root, "toy")
    append(current, *restated(then, current))
    assert load_record(course, "toy", "ada") == OURS and last_grading(course, "toy", "ada").seeds == OURS.seeds
    assert load_record(course, "toy", "bo") is None and last_grading(course, "toy", "bo") is None
