"""Which answers are the same as at the last grading."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from course_utils.grading.gradebook.answers import answer_digests, unchanged


def marked(cell, name, **marks):
    cell.metadata["nbgrader"] = {"grade_id": name, "grade": True, "solution": False, **marks}
    return cell


def answer(text, **more):
    return marked(new_markdown_cell(text, **more), "why", solution=True)


@pytest.mark.parametrize(
    ("now", "is_same"),
    [
        (answer("Because."), True),
        (answer("Because!"), False),
        (answer("Because.", attachments={"a.png": {"image/png": "AAAA"}}), False),
    ],
)
def test_an_answer_is_the_same_when_its_text_and_its_pictures_are(now, is_same):
    before = answer_digests([answer("Because.")], "handed in")
    assert ("why" in unchanged(before, answer_digests([now], "handed in again"))) is is_same


def test_a_checks_answer_is_all_that_was_handed_in():
    check = marked(new_code_cell("check()"), "check")
    corrected = marked(new_code_cell("corrected_check()"), "check")
    before = answer_digests([check], "handed in")
    assert unchanged(before, answer_digests([corrected], "handed in")) == {"check"}
    assert unchanged(before, answer_digests([check], "handed in again")) == set()


def test_of_what_nothing_is_known_nothing_is_the_same():
    now = answer_digests([answer("Because."), marked(new_code_cell("1"), "check")], "")
    assert unchanged({}, now) == set() and unchanged({"check": ""}, now) == set()
