"""`course_utils.style`: plots show Chinese, and no two colours are the same. (`test_style.py` is about the code.)"""

import warnings

import matplotlib
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from course_utils import style
from course_utils.style import COLORS, FAINT, INK, use_chinese_font


@pytest.fixture(autouse=True)
def defaults():
    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # another test of this process may have asked for the font
        yield


def test_the_chinese_font_is_appended_once():
    before = list(matplotlib.rcParams["font.family"])
    assert use_chinese_font() == use_chinese_font() == "Noto Sans SC"
    assert matplotlib.rcParams["font.family"] == [*before, "Noto Sans SC"]


def test_chinese_is_drawn_without_a_warning():
    use_chinese_font()
    figure = Figure()
    figure.suptitle("困惑度 −1：分开")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure.canvas.draw()


def test_without_the_package_of_the_font_nothing_changes(monkeypatch):
    monkeypatch.setattr(style, "find_spec", lambda _: None)
    monkeypatch.setattr(style, "_registered_font", style._registered_font.__wrapped__)
    before = list(matplotlib.rcParams["font.family"])
    assert use_chinese_font() is None
    assert matplotlib.rcParams["font.family"] == before


def test_every_colour_is_one_and_differs_from_the_others():
    assert len({to_rgb(color) for color in [*COLORS, INK, FAINT]}) == len(COLORS) + 2
