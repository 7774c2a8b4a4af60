"""Each page links to the same page in the other language, and says which language it is in."""

from __future__ import annotations

import re

import pytest

from course_utils.site.languages import in_other_languages, language_of


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("index", "README.zh"),
        ("docs/student", "docs/student.zh"),
        ("notebooks/01_gru", "notebooks/zh/01_gru"),
    ],
)
def test_a_page_and_its_translation_know_each_other(english, chinese):
    assert in_other_languages(english) == {"zh": chinese} and language_of(english) == "en"
    assert in_other_languages(chinese) == {"en": english} and language_of(chinese) == "zh"


@pytest.mark.parametrize(
    ("page", "other", "language"),
    [
        ("notebooks/01_gru", "zh/01_gru.html", "en"),
        ("notebooks/zh/01_gru", "../01_gru.html", "zh"),
        ("docs/student.zh", "student.html", "zh"),
        ("index", "README.zh.html", "en"),
    ],
)
def test_a_page_of_the_site_has_the_switch(site, page, other, language):
    html = (site / f"{page}.html").read_text(encoding="utf-8")
    (link,) = re.findall(r'<p class="languages"><a href="([^"]+)"', html)
    assert link.endswith(other) and f'<div lang="{language}">' in html
