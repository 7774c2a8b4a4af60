"""A feedback page shows scores and comments, loads nothing, and is made whatever the notebook holds."""

from __future__ import annotations

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from traitlets.config import Config

from course_utils.filesystem import REPOSITORY
from course_utils.grading.course.folder import open_course
from course_utils.grading.gradebook.feedback import feedback_page
from course_utils.grading.messages import GradebookScores

MARKS = {"nbgrader": {"grade_id": "check", "grade": True, "solution": True, "locked": False, "schema_version": 3}}
SCORES = GradebookScores({"check": {"score": 1.5, "points": 3.0, "comment": "Half of it."}}, 1.5, 3.0, 0.0)
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.fixture(scope="module")
def config() -> Config:
    return open_course(REPOSITORY).config


def page_of(config, *cells) -> str:
    return feedback_page("toy", nbformat.writes(new_notebook(cells=list(cells))), SCORES, config)


def test_the_page_has_the_scores_and_the_comment(config):
    page = page_of(config, new_code_cell("double(3)", metadata=MARKS))
    assert "Score: 1.5 / 3.0" in page and "Half of it." in page


def test_a_picture_has_an_alternative_text(config):
    output = new_output("display_data", data={"image/png": PICTURE})
    page = page_of(config, new_code_cell("plot()", outputs=[output]))
    assert '<img alt="a picture that the cell has drawn" src="data:image/png' in page


def test_a_script_in_a_text_is_not_one_in_the_page(config):
    assert "alert(1)</script>" not in page_of(config, new_markdown_cell("<script>alert(1)</script>"))


def test_a_notebook_that_cannot_be_rendered_gets_a_page_with_its_score_and_the_reason(config):
    page = feedback_page("toy", "<not a notebook>", SCORES, config)
    assert "1.5 of 3 points. The notebook could not be shown:" in page and "<not" not in page
