"""A decision is kept beside the records, and holds for the files as they were when it was taken."""

from __future__ import annotations

import pytest

from course_utils.grading.gradebook.decisions import Decision, load_decision, save_decision


def test_a_decision_comes_back_as_it_was(course):
    decision = Decision("digest", ("gru (1).ipynb", "a.zip/quiz_answers.json"), is_final=True)
    save_decision(course, "toy", "王", decision)
    assert load_decision(course, "toy", "王", "digest") == decision


def test_it_is_void_when_the_submission_changed(course):
    save_decision(course, "toy", "ada", Decision("digest", ("a",)))
    assert load_decision(course, "toy", "ada", "other") == Decision("other")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"unknown": 1}', '{"submission": "digest", "adopted": 3}'])
def test_what_cannot_be_read_is_no_decision(course, content):
    save_decision(course, "toy", "ada", Decision("digest"))
    (course.autograded / ".records" / "toy" / "ada.decision.json").write_text(content, encoding="utf-8")
    assert load_decision(course, "toy", "ada", "digest") == Decision("digest")
