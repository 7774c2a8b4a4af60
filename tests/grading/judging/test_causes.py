"""What a cell would have defined, and which cell is the first cause of a missing name."""

from __future__ import annotations

import pytest

from course_utils.grading.judging.causes import Causes, defined_names

MISSING = "your function raised NameError: name '{}' is not defined"


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import torch\nfrom torch import nn as layers\nimport os.path", {"torch", "layers", "os"}),
        ("def f(x):\n    inner = 1\nclass C: pass\na, (b, c) = 1, (2, 3)", {"f", "C", "a", "b", "c"}),
        ("try:\n    import torch\nexcept ImportError:\n    torch = None", {"torch"}),
        ("import torch\nx = 1\ndef f(a，b):\n    return a", {"torch", "x", "f"}),
        ("%matplotlib inline\n!ls\ny = 1", {"y"}),
    ],
)
def test_the_names_that_a_cell_defines_are_read_even_of_a_broken_one(source, names):
    assert names <= defined_names(source) and "inner" not in defined_names(source)


def test_a_missing_name_leads_to_the_first_cell_that_failed():
    causes = Causes()
    causes.note(
        "cell 1", "from google.colab import drive\nimport torch", "ModuleNotFoundError", "No module named 'google'"
    )
    causes.note("cell 2", "ones = torch.ones(1)", "NameError", "name 'torch' is not defined")
    first = "cell 1 stopped with ModuleNotFoundError: No module named 'google.colab'"
    assert causes.of(MISSING.format("torch")) == causes.of(MISSING.format("ones")) == first
    assert causes.explained(MISSING.format("ones")) == f"{first}\n{MISSING.format('ones')}"


def test_what_no_failed_cell_would_have_defined_has_no_cause():
    causes = Causes()
    causes.note("cell 1", "import torch", "ImportError", "no")
    assert causes.of(MISSING.format("numpy")) == "" and causes.explained("wrong values") == "wrong values"


def test_a_cell_that_was_stopped_is_named_with_the_judges_words():
    causes = Causes()
    causes.note("cell 3", "x = slow()", "", "stopped after 60 seconds")
    assert causes.of(MISSING.format("x")) == "cell 3: stopped after 60 seconds"


def test_a_star_import_that_failed_may_have_defined_anything():
    causes = Causes()
    causes.note("cell 1", "from d2l.torch import *", "ModuleNotFoundError", "No module named 'd2l'")
    assert causes.of(MISSING.format("grad_clipping")).endswith("No module named 'd2l.torch'")
