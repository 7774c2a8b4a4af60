"""Jupyter trusts what the course wrote, and of what a student has only what the student trusts."""

from __future__ import annotations

import json

import nbformat
import pytest
from nbformat.sign import NotebookNotary

from course_utils.desk.copies import hand_out
from course_utils.desk.renew import renew
from course_utils.desk.trust import is_trusted, trust
from tests.desk.conftest import code, text, write_notebook

SHOWN = {"output_type": "display_data", "data": {"text/html": "<b>a picture</b>"}, "metadata": {}}
FOREIGN = {"output_type": "display_data", "data": {"text/html": "<script>stranger()</script>"}, "metadata": {}}


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    """Jupyter's folder of a student for whom Jupyter never ran."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "home" / "jupyter"))
    return tmp_path / "home" / "jupyter"


@pytest.fixture
def root(tmp_path):
    write_notebook(tmp_path / "notebooks/00_rnn.ipynb", text("# A network"), code("1", count=1, outputs=[SHOWN]))
    write_notebook(tmp_path / "release/gru/gru.ipynb", text("# Assignment"), code("1 + 1", outputs=[SHOWN]))
    return tmp_path


@pytest.fixture
def mine(root):
    hand_out(root)
    return root / "work" / "gru" / "gru.ipynb"


def opens_trusted(path):
    """As the Jupyter server asks when it opens the file."""
    with NotebookNotary() as notary:
        return notary.check_signature(nbformat.read(path, as_version=4))


def test_fresh_copies_are_trusted(root, mine):
    assert opens_trusted(mine) and opens_trusted(root / "work" / "chapters" / "00_rnn.ipynb")


def test_where_jupyter_has_no_place_everything_is_copied_and_nothing_is_said(root, data, capfd):
    data.parent.mkdir()
    data.write_text("a file in its place")
    assert hand_out(root) == ["chapters", "gru"]
    assert not is_trusted((root / "work" / "gru" / "gru.ipynb").read_bytes())
    data.unlink()
    data.mkdir()
    (data / "nbsignatures.db").mkdir()  # nothing that a database could be
    trust((root / "work" / "gru" / "gru.ipynb").read_bytes())
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("odd", [b"", b"{ half", b"[]", b"{}", b"\xff", b'{"cells": 3, "nbformat": 4}'])
def test_what_is_no_notebook_is_not_trusted(odd):
    trust(odd)
    assert not is_trusted(odd)


def answer(mine, output):
    """The student wrote a cell of their own, and it has this output."""
    notebook = json.loads(mine.read_text())
    notebook["cells"].append(code("my = 1", outputs=[output]))
    mine.write_text(json.dumps(notebook))


def new_edition(root):
    write_notebook(root / "release/gru/gru.ipynb", text("# Corrected"), code("1 + 1", outputs=[SHOWN]))
    assert renew(root)


def test_a_new_edition_of_an_untouched_copy_is_trusted(root, mine):
    new_edition(root)
    assert opens_trusted(mine) and "Corrected" in mine.read_text()


@pytest.mark.parametrize("trusted", [True, False])
def test_a_merged_copy_is_trusted_as_the_student_s_was(root, mine, trusted):
    answer(mine, FOREIGN)
    if trusted:  # as JupyterLab signs what was run in it
        with NotebookNotary() as notary:
            notary.sign(nbformat.read(mine, as_version=4))
    new_edition(root)
    assert "Corrected" in mine.read_text() and "stranger()" in mine.read_text()
    assert opens_trusted(mine) == trusted
