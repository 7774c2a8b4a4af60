"""Another file is taken for the notebook or for the clicks, where somebody says so or only one can be meant."""

from __future__ import annotations

import json

import pytest
from traitlets.config import Config

from course_utils.errors import CourseError
from course_utils.grading.class_run.adoption import (
    EMPTY,
    not_adopted,
    only_candidates,
    with_adopted,
    with_stand_ins,
)
from course_utils.grading.messages import GradingSettings, Submission
from course_utils.sandbox.protocol.limits import Limits
from tests.grading.judging.test_elsewhere import QUIZ, SPEC
from tests.grading.judging.test_placing import code

SETTINGS = GradingSettings({"toy": SPEC}, {"data.txt": b"the instructor's"}, "", Limits(), "none", Config())
CLICKED = GradingSettings({"quiz": QUIZ}, {}, "a bank", Limits(), "none", Config())
CLICKS = b'{"q1": 2}'


def notebook(*cells: dict) -> bytes:
    return json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}).encode()


WORK = notebook(code("def one(): return 1", "one"))


def submission(files: dict[str, bytes] | None = None, **notebooks: bytes) -> Submission:
    return Submission("ada", notebooks, files or {})


def test_the_assignments_own_files_are_no_others():
    others = not_adopted(submission({"data.txt": b"text", "my.txt": b"text"}, toy=WORK, toy2=WORK), SETTINGS)
    assert [file.name for file in others] == ["toy2.ipynb", "my.txt"]


def test_an_empty_notebook_stands_in_where_work_stands_in_another_file():
    assert with_stand_ins(submission(toy2=WORK), SETTINGS).notebooks["toy"] == EMPTY
    assert with_stand_ins(submission({"toy.py": b"def one(): return 1"}), SETTINGS).notebooks["toy"] == EMPTY


@pytest.mark.parametrize(
    "given", [submission(), submission(other=notebook(code("x = 1"))), submission({"a.txt": b"words"})]
)
def test_nothing_stands_in_for_a_notebook_of_which_nothing_is_there(given):
    assert "toy" not in with_stand_ins(given, SETTINGS).notebooks


def test_an_adopted_notebook_is_graded_in_place_of_the_other_and_is_no_other_file():
    adopted = with_adopted(submission(toy=EMPTY, toy2=WORK), ["toy2.ipynb"], SETTINGS)
    assert adopted.notebooks["toy"] == WORK and adopted.adopted == ("toy2.ipynb",)
    assert not_adopted(adopted, SETTINGS) == []


def test_an_adopted_script_becomes_a_notebook_of_one_cell():
    adopted = with_adopted(submission({"toy.py": b"def one(): return 1"}), ["toy.py"], SETTINGS)
    (cell,) = json.loads(adopted.notebooks["toy"])["cells"]
    assert (cell["cell_type"], cell["source"]) == ("code", "def one(): return 1")


def test_adopted_clicks_count():
    adopted = with_adopted(submission({"a (1).json": CLICKS}, quiz=WORK), ["a (1).json"], CLICKED)
    assert adopted.files["quiz_answers.json"] == CLICKS


@pytest.mark.parametrize(
    ("name", "reason"), [("x", "handed in no 'x'"), ("a.pdf", "grade it by hand"), ("a.html", "by hand")]
)
def test_what_cannot_be_taken_is_said(name, reason):
    files = {"a.pdf": b"%PDF-1", "a.html": b"def one(): return 1"}
    with pytest.raises(CourseError, match=reason):
        with_adopted(submission(files), [name], SETTINGS)


def test_the_only_candidate_is_found_and_a_notebook_goes_before_a_script_of_it():
    assert only_candidates(submission({"toy.py": b"def one(): return 1"}, toy2=WORK), SETTINGS) == ["toy2.ipynb"]
    assert only_candidates(submission({"a.json": CLICKS}, quiz=EMPTY), CLICKED) == ["a.json"]


@pytest.mark.parametrize("given", [submission(toy=WORK), submission(toy2=WORK, toy3=WORK)])
def test_none_or_several_have_to_be_named(given):
    with pytest.raises(CourseError, match="name the file"):
        only_candidates(given, SETTINGS)
