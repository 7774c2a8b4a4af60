"""`course_utils.style`: plots show Chinese, and no two colours are the same. (`test_style.py` is about the code.)"""

import itertools
import warnings

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from course_utils import style
from course_utils.style import COLORS, DASHES, FAINT, INK, MARKERS, use_chinese_font


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


def linear(color):
    return np.array([c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color)])


@pytest.mark.parametrize("color", COLORS)
def test_every_colour_stands_out_against_white(color):
    assert 1.05 / (linear(color) @ [0.2126, 0.7152, 0.0722] + 0.05) >= 3  # as WCAG wants it of graphics


# What people see without one of the three kinds of cones: Machado, Oliveira, Fernandes 2009, severity 1.
SEEN = {
    "by most": np.eye(3),
    "without red": [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]],
    "without green": [[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]],
    "without blue": [[1.2555, -0.0767, -0.1788], [-0.0784, 0.9308, 0.1476], [0.0047, 0.6914, 0.3039]],
}


def lab(linear_rgb):
    """CIELAB, in which equal distances look about equally large."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ np.clip(linear_rgb, 0, 1) / [0.9505, 1, 1.089]
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("seen", SEEN.values(), ids=SEEN.keys())
def test_no_two_colours_look_alike_to_anybody(seen):
    looks = [lab(np.array(seen) @ linear(color)) for color in COLORS]
    distances = [np.linalg.norm(one - other) for one, other in itertools.combinations(looks, 2)]
    assert min(distances) > 5  # 2.3 is a difference that is just noticed
    first = [np.linalg.norm(one - other) for one, other in itertools.combinations(looks[:3], 2)]
    assert min(first) > 15  # most plots have no more


def test_every_colour_has_dashes_and_a_mark_of_its_own():
    assert len(set(DASHES)) == len(set(MARKERS)) == len(COLORS)
