"""A notebook file that somebody else wrote is read, or its fault is described in one sentence."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell

from course_utils.grading.course.notebook_file import NotebookFileError, is_check, parse_submission, read_notebook

EMPTY = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=50))
def test_bytes_that_are_no_notebook_are_refused(content):
    with pytest.raises(NotebookFileError):
        parse_submission("toy.ipynb", content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "toy.ipynb is empty"),
        (b"\xff\xfe", "toy.ipynb is not UTF-8 text"),
        (b"{", "toy.ipynb is broken: not JSON"),
        (b"[]", "toy.ipynb is not a notebook: it has no list of cells"),
        (b'{"cells": [7]}', "toy.ipynb is not a notebook"),
    ],
)
def test_a_file_that_is_no_notebook_is_described_in_one_sentence(tmp_path, content, reason):
    (tmp_path / "toy.ipynb").write_bytes(content)
    with pytest.raises(NotebookFileError) as refused:
        read_notebook(tmp_path / "toy.ipynb")
    assert str(refused.value).startswith(reason) and "\n" not in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(NotebookFileError, match=r"there is no toy\.ipynb"):
        read_notebook(tmp_path / "toy.ipynb")


def test_a_byte_order_mark_is_no_fault(tmp_path):
    (tmp_path / "toy.ipynb").write_bytes(b"\xef\xbb\xbf" + json.dumps(EMPTY).encode())
    assert read_notebook(tmp_path / "toy.ipynb").cells == []


@pytest.mark.parametrize("version", [1, 5, "4", True, None])
def test_a_format_that_nobody_knows_is_refused(version):
    with pytest.raises(NotebookFileError, match="expected nbformat 4"):
        parse_submission("toy.ipynb", json.dumps(EMPTY | {"nbformat": version}).encode())


@pytest.mark.parametrize(
    ("marks", "expected"),
    [({"grade": True, "solution": False}, True), ({"grade": True, "solution": True}, False), ({}, False)],
)
def test_a_check_is_graded_code_that_is_no_answer(marks, expected):
    assert is_check(new_code_cell("x", metadata={"nbgrader": marks})) is expected
