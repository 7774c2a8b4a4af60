"""The names that a cell defines are read even where the cell is no Python."""

from __future__ import annotations

import pytest

from course_utils.student_code.defined import ANY, defined_names


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import torch\nfrom torch import nn as layers\nimport os.path", {"torch", "layers", "os"}),
        ("def f(x):\n    inner = 1\nclass C: pass\na, (b, c) = 1, (2, 3)", {"f", "C", "a", "b", "c"}),
        ("try:\n    import torch\nexcept ImportError:\n    torch = None", {"torch"}),
        ("import torch\nx = 1\ndef f(a，b):\n    return a", {"torch", "x", "f"}),
        ('answers = {"q1": 2', {"answers"}),
        ("%matplotlib inline\n!ls\ny = 1", {"y"}),
    ],
)
def test_the_names_that_a_cell_defines_are_read_even_of_a_broken_one(source, names):
    assert names <= defined_names(source) and "inner" not in defined_names(source)


def test_a_star_import_may_define_anything():
    assert ANY in defined_names("from torch import *")
