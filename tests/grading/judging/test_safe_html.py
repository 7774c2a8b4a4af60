"""What a student wrote is cleaned, and nobody's cleaning takes the class's time."""

from __future__ import annotations

import time
from base64 import b64encode
from random import Random

import pytest

from course_utils.grading.judging.safe_html import MAX_SECONDS, coloured, markdown, reset_time_budget, safe_html

DEEP = "<div>" * 30_000


@pytest.fixture(autouse=True)
def a_notebook_of_its_own():
    reset_time_budget()


@pytest.mark.parametrize(
    "text",
    [
        DEEP,
        "<b " + " ".join(f"a{i}=1" for i in range(30_000)) + ">",
        "<b " + "/".join(f"a{i}" for i in range(30_000)) + ">",
        "<b data:image/png;base64," + "/".join(f"a{i}" for i in range(30_000)) + ">",
    ],
    ids=["tags in tags", "attributes", "attributes after slashes", "attributes as a picture"],
)
def test_what_takes_long_to_read_is_shown_as_text_at_once(text):
    started = time.thread_time()
    assert safe_html(text).startswith("<pre>&lt;")
    assert time.thread_time() - started < 1


def test_markdown_that_takes_long_is_shown_as_text_too():
    assert markdown(DEEP).startswith("<pre>&lt;div")


def test_a_large_table_and_a_large_picture_stay_what_they_are():
    row = "\n<tr>\n      <th>1</th>" + "\n      <td>0.123456</td>" * 20 + "\n</tr>"
    assert safe_html("<table>" + 60 * row + "</table>").count("<td>") == 1200
    picture = f'<img src="data:image/png;base64,{b64encode(Random(0).randbytes(400_000)).decode()}">'
    assert safe_html(picture) == picture


def test_a_notebook_has_its_seconds_and_the_next_one_has_its_own(monkeypatch):
    clock = iter([0.0, MAX_SECONDS + 1, 0.0, 0.0])
    monkeypatch.setattr("course_utils.grading.judging.safe_html.time.thread_time", lambda: next(clock))
    assert safe_html("<b>slow</b>") == "<b>slow</b>"
    assert safe_html("<b>late</b>") == "<pre>&lt;b&gt;late&lt;/b&gt;</pre>"
    reset_time_budget()
    assert safe_html("<b>late</b>") == "<b>late</b>"


def test_who_spent_the_time_spoils_no_text_of_the_next(monkeypatch):
    clock = iter([0.0, MAX_SECONDS + 1, *[0.0] * 9])
    monkeypatch.setattr("course_utils.grading.judging.safe_html.time.thread_time", lambda: next(clock))
    safe_html("slow")
    assert "<pre>" in markdown("an *instructor's* text")
    reset_time_budget()
    assert "<em>instructor" in markdown("an *instructor's* text")


def test_long_code_is_shown_without_colours():
    assert coloured(str.upper, "x = 1") == "X = 1"
    assert coloured(str.upper, "." * 100_000).startswith('<div class="highlight"><pre>....')
