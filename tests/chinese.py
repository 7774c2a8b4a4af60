"""Whether a text is Chinese: nothing in Latin letters but code, names and units."""

from __future__ import annotations

import re

CODE = re.compile(r"`[^`]*`|\$[^$]*\$|\\\w+|[\w.]+\([^()]*\)")  # in backticks, LaTeX, calls
WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.]*")
NAMES = {"Adam", "Chromium", "Jupyter", "JupyterLab", "Markdown", "nbgrader", "NumPy", "Python", "PyTorch", "torch"}


def assert_chinese(text: str, known: str = "") -> None:
    """known: a text whose words may stand there too, such as a student's line."""
    words = set(WORD.findall(CODE.sub(" ", text))) - NAMES - set(WORD.findall(known))
    left = {word for word in words if len(word) > 1 and word.isalpha() and not word.isupper()}
    assert not left, f"{sorted(left)} in {text!r}"
    assert re.search("[\u4e00-\u9fff]", text), text
