"""A course releases its assignments in one language, and a submission may ask for another in its feedback."""

from __future__ import annotations

import nbformat
import pytest
from traitlets.config import Config

from course_utils.errors import UsageError
from course_utils.filesystem import REPOSITORY
from course_utils.grading.course.language import (
    course_language,
    source_notebook,
    stub_lines,
    stubs,
    submission_language,
)

GRU = REPOSITORY / "source" / "gru" / "gru.ipynb"


def settings(**options):
    return Config({"Course": options} if options else {})


def test_a_course_is_english_unless_its_settings_say_otherwise():
    assert course_language(settings()) == "en"
    assert course_language(settings(language="zh")) == "zh"


def test_a_language_that_the_course_does_not_have_is_refused():
    with pytest.raises(UsageError, match=r"c\.Course\.language to be 'en' or 'zh', got 'de'"):
        course_language(settings(language="de"))


def test_the_source_is_read_in_the_courses_language():
    assert source_notebook(GRU, "en") == nbformat.read(GRU, 4)
    chinese = source_notebook(GRU, "zh")
    assert chinese.cells[0].source.startswith("# 作业")
    assert chinese.metadata.course.language == "zh"


def test_an_assignment_without_a_catalogue_is_taken_as_it_is(tmp_path):
    path = tmp_path / "source" / "mine" / "mine.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# 我的作业")]), path)
    assert source_notebook(path, "zh").cells[0].source == "# 我的作业"


def test_stubs_are_nobodys_answer_in_any_language():
    for language in ("en", "zh"):
        text, code = stubs(language)
        assert {text, *code.splitlines()} <= stub_lines()


@pytest.mark.parametrize(
    ("source", "language"),
    [
        ('import course_utils as d2l\n\nd2l.language("zh")', "zh"),
        ("from course_utils import language\nlanguage('en')", "en"),
        ('d2l.language("de")', None),
        ('# d2l.language("zh")', None),
        ("x = 1", None),
    ],
)
def test_a_submission_says_its_language_in_a_code_cell(source, language):
    cells = [{"cell_type": "markdown", "source": 'language("zh")'}, {"cell_type": "code", "source": [source]}]
    assert submission_language(cells) == language


def test_the_last_word_counts():
    cells = [{"cell_type": "code", "source": f'd2l.language("{code}")'} for code in ("zh", "en")]
    assert submission_language(cells) == "en"
