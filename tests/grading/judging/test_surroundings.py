"""What a notebook needs that may not be there when it is graded is found by reading it, and nothing else is."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from course_utils.grading.judging.surroundings import needs

OWN = {"own.txt": b"", "helper.py": b"", "kit/__init__.py": b"", "corpus/a.txt": b""}


def told(folder, *sources, own=OWN):
    return needs([new_code_cell(source) for source in sources], folder, own)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("def f():\n    import pytest", "imports pytest, which the course does not install"),
        ("from kit.parts import x", "needs kit/__init__.py: hand it in too, beside the notebook"),
        ("%run helper.py", "needs helper.py: hand it in too"),
        ("open('./corpus/a.txt')", "needs ./corpus/a.txt: hand it in too"),
        ("!pip install seaborn", "runs 'pip install seaborn', which needs a network"),
        ("%pip install seaborn", "runs 'pip install seaborn', which needs a network"),
        ("def f（):\n!wget http://a.b", "runs 'wget http://a.b', which needs a network"),
        ("get(url='https://example.org/a.txt')", "asks https://example.org/a.txt: there is no network"),
        ("open('../other.txt')", "uses ../other.txt, which is outside of the notebook's folder"),
    ],
)
def test_a_need_is_named_with_its_cell(tmp_path, source, says):
    (tmp_path / "other.txt").touch()
    folder = tmp_path / "work"
    folder.mkdir()
    (line,) = told(folder, source)
    assert line.startswith(f"cell 1 {says}")


@pytest.mark.parametrize(
    "source",
    [
        "import os, torch, numpy, matplotlib.pyplot, tqdm, IPython.display, course_utils as d2l\nfrom . import x",
        "import a_package_that_nobody_has",  # it fails here too, and is named there
        '"""See https://example.org."""\nprint("https://example.org")\nurl = "https://example.org"',
        "open('new.txt', 'w')\nopen('/nowhere/at/all')\n'/'.join(['a'])\nopen('a\\0b')",
        "# !pip install seaborn\nx = 'own.txt'",
        "def f（):",
    ],
)
def test_what_is_there_as_well_or_is_only_said_is_no_need(tmp_path, source):
    assert told(tmp_path, source) == []


def test_each_need_is_said_once_by_the_first_cell_and_by_its_name(tmp_path):
    named = new_code_cell("import pytest", metadata={"nbgrader": {"grade_id": "gru-forward"}})
    cells = [new_markdown_cell("import pytest"), named, new_code_cell("import pytest")]
    assert needs(cells, tmp_path, {}) == [
        "gru-forward imports pytest, which the course does not install: it may be missing when it is graded"
    ]
