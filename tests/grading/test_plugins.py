"""nbgrader finds what is ours by dotted names, those of today and those of course folders that exist already."""

import re
from importlib import import_module

import pytest

from course_utils.filesystem import REPOSITORY

EARLIER = (
    "course_utils.grading.sanitize.Sanitize",
    "course_utils.grading.preprocessor.Judge",
    "course_utils.grading.safehtml.markdown",
    "course_utils.grading.export.GradesTable",
)
TODAY = re.findall(r'"(course_utils\.[\w.]+)"', (REPOSITORY / "nbgrader_config.py").read_text(encoding="utf-8"))


def named(dotted: str) -> object:
    module, _, name = dotted.rpartition(".")
    return getattr(import_module(module), name)


@pytest.mark.parametrize("today", TODAY)
def test_what_the_settings_name_is_there(today):
    assert callable(named(today))


@pytest.mark.parametrize("earlier", EARLIER)
def test_an_earlier_name_is_the_same_thing_as_todays(earlier):
    (today,) = [name for name in TODAY if name.endswith("." + earlier.rpartition(".")[2])]
    assert named(earlier) is named(today)
