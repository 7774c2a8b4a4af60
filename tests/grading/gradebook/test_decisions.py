"""A decision is kept beside the records, and holds for the files as they were when it was taken."""

from __future__ import annotations

import pytest

from course_utils.grading.gradebook.decisions import Decision, load_decision, save_decision
from course_utils.grading.gradebook.journal import append
from course_utils.grading.gradebook.records import journal_path


def test_a_decision_comes_back_as_it_was(course):
    decision = Decision("digest", ("gru (1).ipynb", "a.zip/quiz_answers.json"), is_final=True)
    save_decision(course, "toy", "王", decision)
    assert load_decision(course, "toy", "王", "digest") == decision


def test_it_is_void_when_the_submission_changed(course):
    save_decision(course, "toy", "ada", Decision("digest", ("a",)))
    assert load_decision(course, "toy", "ada", "other") == Decision("other")


@pytest.mark.parametrize("content", [None, "", [], {"unknown": 1}, {"submission": "digest", "adopted": 3}])
def test_what_cannot_be_read_is_no_decision(course, content):
    append(journal_path(course.root, "toy"), {"student": "ada", "decision": content})
    assert load_decision(course, "toy", "ada", "digest") == Decision("digest")


def test_a_decision_of_an_older_version_still_counts(course):
    older = course.autograded / ".records" / "toy" / "ada.decision.json"
    older.parent.mkdir(parents=True)
    older.write_text('{"submission": "digest", "adopted": ["a"], "is_final": false}', encoding="utf-8")
    assert load_decision(course, "toy", "ada", "digest") == Decision("digest", ("a",))
    save_decision(course, "toy", "ada", Decision("digest", is_final=True))
    assert load_decision(course, "toy", "ada", "digest").is_final
