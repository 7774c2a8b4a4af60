"""Where an error was raised: the student's deepest line, the part that failed, and what its names stood for."""

from __future__ import annotations

import ast
import sys
from types import SimpleNamespace

import pytest
import torch

from course_utils.student_code.frames import MISSING, failing_line, is_students, value_of


def error_of(function):
    try:
        function()
    except Exception as error:
        return error
    raise AssertionError("it did not raise")


def helper(X, W):
    return X @ W


def calls_a_helper():
    X = torch.zeros(2, 3)
    return helper(X, X)


def test_the_deepest_line_of_the_students_is_found_behind_a_helper():
    assert failing_line(error_of(calls_a_helper)).line == "return X @ W"


def test_a_library_below_it_does_not_hide_it():
    layer = torch.nn.Linear(2, 3)
    assert "layer(torch.zeros(1, 5))" in failing_line(error_of(lambda: layer(torch.zeros(1, 5)))).line


def test_an_error_without_a_line_of_the_students_has_none():
    assert failing_line(ValueError()) is None


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python keeps positions from 3.11 on")
def test_the_part_that_failed_is_found_in_its_line():
    node = failing_line(error_of(calls_a_helper)).node
    assert isinstance(node, ast.BinOp) and ast.unparse(node) == "X @ W"


@pytest.mark.parametrize(
    "filename, theirs",
    [(__file__, True), ("<ipython-input-1-abc>", True), ("/tmp/ipykernel_7/1.py", True), (torch.__file__, False),
     (ast.__file__, False), (sys.modules["course_utils.student_code.frames"].__file__, False), ("<string>", False)],
    ids=["test", "cell", "kernel", "torch", "stdlib", "ours", "exec"],
)  # fmt: skip
def test_what_is_neither_ours_nor_a_librarys_is_the_students(filename, theirs):
    assert is_students(filename) == theirs


class Cell:
    def __init__(self):
        self.W = 7

    @property
    def runs_code(self):
        raise AssertionError("it was run")


@pytest.mark.parametrize(
    "expression, value",
    [("params[1]", 20), ("params[2 * k - 1]", 20), ("names['W']", "w"), ("cell.W", 7), ("-k", -1), ("len(params)", 2),
     ("nothing", MISSING), ("params[9]", MISSING), ("f(k)", MISSING), ("cell.runs_code", MISSING), ("G", 5)],
)  # fmt: skip
def test_values_are_looked_up_and_nothing_is_run(expression, value):
    frame = SimpleNamespace(
        f_locals={"params": [10, 20], "k": 1, "names": {"W": "w"}, "cell": Cell(), "f": None}, f_globals={"G": 5}
    )
    assert value_of(ast.parse(expression, mode="eval").body, frame) == value
