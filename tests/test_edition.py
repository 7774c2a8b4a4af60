"""A student edition says how far verdicts go there; everywhere else they say everything."""

from __future__ import annotations

import pytest

from course_utils.edition import DETAILS, detail, wished_language


@pytest.mark.parametrize("wished", DETAILS)
def test_an_edition_says_how_far_verdicts_go(wished, tmp_path):
    (tmp_path / "edition.json").write_text(f'{{"verdicts": "{wished}"}}')
    assert detail(tmp_path) == wished


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"verdicts": "everything"}', '{"verdicts": []}'])
def test_without_a_valid_wish_everything_is_said(content, tmp_path):
    if content is not None:
        (tmp_path / "edition.json").write_text(content)
    assert detail(tmp_path) == "term"


@pytest.mark.parametrize(
    ("content", "language"), [('{"language": "zh"}', "zh"), ("{}", ""), ("[]", ""), ("", ""), (None, "")]
)
def test_an_edition_may_say_in_which_language_the_course_speaks(content, language, tmp_path):
    if content is not None:
        (tmp_path / "edition.json").write_text(content)
    assert wished_language(tmp_path) == language
