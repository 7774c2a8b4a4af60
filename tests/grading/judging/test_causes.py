"""What a cell would have defined, and which cell is the first cause of a missing name."""

from __future__ import annotations

from course_utils.grading.judging.causes import Causes

MISSING = "your function raised NameError: name '{}' is not defined"


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


def test_a_cell_that_is_no_python_leaves_an_older_function_to_be_judged():
    causes = Causes()
    causes.note("cell 7", "def gru（a):\n    pass", "SyntaxError", "invalid character '（' (U+FF08)")
    causes.note("cell 8", "def lstm():\n    pass\nlstm(1)", "TypeError", "too many arguments")
    cause = "cell 7 stopped with SyntaxError: invalid character '（' (U+FF08): so an older gru was judged"
    assert causes.of_older(["gru"]) == cause
    assert causes.of_older(["lstm"]) == ""  # that cell has defined it, and failed below
