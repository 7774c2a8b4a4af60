"""The colours and the font of all plots and drawings."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import matplotlib
from matplotlib.font_manager import FontProperties, fontManager

# Each at least 3:1 against white, and no two alike for people who do not see red, green or blue as others do.
COLORS = ["#2f6fb7", "#d9662b", "#3a9a68", "#8e3a8c", "#7a5c00", "#0097b8", "#555555"]
DASHES: list[tuple[float, ...]] = [(), (7, 2), (3, 2), (9, 2, 2, 2), (1, 1.5), (12, 3), (5, 2, 1, 2, 1, 2)]
MARKERS = ["o", "s", "^", "D", "v", "P", "X"]
INK, FAINT = "#333333", "#dddddd"


def use_chinese_font() -> str | None:
    """Lets every plot made from now on show Chinese; Latin letters stay as they are.

    Returns the name of the font, Noto Sans SC, or `None` where zhplot, the package that carries it, is not installed.
    It is appended to `rcParams["font.family"]`, because matplotlib falls back from one family to the next, but not
    within a generic family like sans-serif.
    """
    name = _registered_font()
    if name and name not in matplotlib.rcParams["font.family"]:
        matplotlib.rcParams["font.family"] = [*matplotlib.rcParams["font.family"], name]
    return name


@cache
def _registered_font() -> str | None:
    package = find_spec("zhplot")  # finds without importing: its import changes the font of every plot
    if package is None or package.origin is None:
        return None
    path = Path(package.origin).with_name("fonts") / "NotoSansSC-Regular.ttf"
    if not path.is_file():
        return None
    fontManager.addfont(path)
    return FontProperties(fname=path).get_name()
