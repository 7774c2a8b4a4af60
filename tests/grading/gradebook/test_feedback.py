"""A feedback page shows scores and comments, loads nothing, and is made whatever the notebook holds."""

from __future__ import annotations

import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from traitlets.config import Config

from course_utils.filesystem import REPOSITORY
from course_utils.grading.course.folder import open_course
from course_utils.grading.gradebook.feedback import SAID, _exporter, feedback_page, put_feedback
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


def test_all_that_nbgraders_template_says_is_said_in_the_language_of_the_page(config):
    loader = _exporter(config).environment.loader.loader
    source = loader.get_source(None, "index.html.j2")[0]
    for words, said in SAID:
        assert re.search(words, source), f"nbgrader's template no longer has {words}"
        source = re.sub(words, said, source)
    body = re.sub(r"<style>.*?</style>|<!--.*?-->", "", source, flags=re.DOTALL)
    assert not re.findall(r"[A-Za-z]+", re.sub(r"{[{%].*?[}%]}|<[^>]*>", "", body, flags=re.DOTALL))


def test_a_picture_has_an_alternative_text(config):
    output = new_output("display_data", data={"image/png": PICTURE})
    page = page_of(config, new_code_cell("plot()", outputs=[output]))
    assert '<img alt="a picture that the cell has drawn" src="data:image/png' in page


def test_a_page_loads_nothing_and_its_equations_are_drawn(config):
    said = "<div>$$H_t = \\boxed{Z_t} \\odot H_{t-1}$$</div>"
    verdict = new_output("display_data", data={"text/html": said})
    page = page_of(config, new_markdown_cell("Here $h_t$, and `$HOME`."), new_code_cell("check()", outputs=[verdict]))
    assert not re.search(r"""(src|href)=["']https?:|url\(["']?https?:|@import""", page) and "<script" not in page
    assert page.count("<svg") == 2 and "$$" not in page and "$h_t$" not in page and "$HOME" in page


def test_what_can_be_unfolded_shows_that(config):
    assert "summary {display: list-item" in page_of(config)


def test_a_bonus_is_no_part_of_the_maximum(config):
    marks = {"nbgrader": {**MARKS["nbgrader"], "grade_id": "text-bonus", "points": 2}}
    scores = GradebookScores({"text-bonus": {"score": 2.0, "points": 2.0}}, 4.0, 5.0, 0.0)
    notebook = nbformat.writes(new_notebook(cells=[new_code_cell("double(3)", metadata=marks)]))
    assert "Score: 4.0 / 3.0" in feedback_page("toy", notebook, scores, config)


def test_nbgrader_finds_what_it_wants_beside_the_pages(course):
    submitted = course.submitted / "ada" / "toy"
    submitted.mkdir(parents=True)
    (submitted / "timestamp.txt").write_text("2026-12-01 20:00:00 UTC")
    put_feedback(course, "toy", "ada", {"toy": "a page"})
    made = {path.name: path.read_text() for path in (course.feedback / "ada" / "toy").iterdir()}
    assert made["toy.html"] == "a page" and made["timestamp.txt"] == "2026-12-01 20:00:00 UTC"
    secret = made["submission_secret.txt"]
    assert len(secret) == 64, "one that nobody knows"
    put_feedback(course, "toy", "ada", {"toy": "another page"})
    assert (course.feedback / "ada" / "toy" / "submission_secret.txt").read_text() == secret
    (submitted / "submission_secret.txt").write_text("hers")
    put_feedback(course, "toy", "ada", {"toy": "another page"})
    assert (course.feedback / "ada" / "toy" / "submission_secret.txt").read_text() == "hers"


def test_a_link_in_place_of_the_secret_is_not_followed(course):
    (course.submitted / "eve" / "toy").mkdir(parents=True)
    (course.submitted / "eve" / "toy" / "submission_secret.txt").symlink_to(course.root / "nbgrader_config.py")
    put_feedback(course, "toy", "eve", {"toy": "a page"})
    assert "get_config" not in (course.feedback / "eve" / "toy" / "submission_secret.txt").read_text()


def test_a_script_in_a_text_is_not_one_in_the_page(config):
    assert "alert(1)</script>" not in page_of(config, new_markdown_cell("<script>alert(1)</script>"))


def test_a_notebook_that_cannot_be_rendered_gets_a_page_with_its_score_and_the_reason(config):
    page = feedback_page("toy", "<not a notebook>", SCORES, config)
    assert "1.5 of 3 points. The notebook could not be shown:" in page and "<not" not in page
