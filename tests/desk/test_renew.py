"""Copies are brought to a new edition: said for each, and nothing where nothing is new."""

from __future__ import annotations

import json

import pytest

from course_utils.desk.copies import hand_out, outdated, outdated_line
from course_utils.desk.renew import renew
from tests.desk.test_merge import BASE, edited, notebook


def write(path, cells):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook(cells)), encoding="utf-8")


@pytest.fixture
def root(tmp_path):
    """A folder with one chapter and one assignment, copied to work/."""
    write(tmp_path / "notebooks" / "01.ipynb", BASE)
    write(tmp_path / "release" / "toy" / "toy.ipynb", BASE)
    hand_out(tmp_path)
    return tmp_path


@pytest.fixture
def corrected(root):
    write(root / "release" / "toy" / "toy.ipynb", edited(BASE, t1="# Corrected"))
    return root


def said(done):
    return {each.place: each.lines for each in done}


def test_nothing_is_said_where_nothing_is_new(root):
    assert outdated(root) == renew(root) == [] and outdated_line(root) == ""


def test_an_untouched_copy_is_replaced(corrected):
    assert outdated_line(corrected) == (
        "newer in the edition than your copies in work/: toy. Bring it in: ./course update"
    )
    assert said(renew(corrected)) == {"toy/toy.ipynb": ("replaced: you had changed nothing in it",)}
    copy, edition = (corrected / place / "toy" / "toy.ipynb" for place in ("work", "release"))
    assert copy.read_bytes() == edition.read_bytes() and outdated(corrected) == []


def test_a_new_file_of_an_assignment_that_was_begun_comes_and_a_deleted_copy_does_not(corrected):
    (corrected / "release" / "toy" / "data.txt").write_text("1")
    (corrected / "work" / "toy" / "toy.ipynb").unlink()
    assert said(renew(corrected)) == {"toy/data.txt": ("new",)}
    assert not (corrected / "work" / "toy" / "toy.ipynb").exists()


def test_a_notebook_that_cannot_be_read_is_kept_beside(corrected):
    (corrected / "work" / "toy" / "toy.ipynb").write_text("{ half")
    ((place, (line,)),) = said(renew(corrected)).items()
    assert place == "toy/toy.ipynb" and line.startswith("replaced, as it could not be read (toy.ipynb is broken: ")
    assert [path.read_text() for path in (corrected / "work" / "toy").glob("*(yours*")] == ["{ half"]


def test_a_copy_from_before_anything_was_recorded_loses_nothing(corrected):
    write(corrected / "work" / "toy" / "toy.ipynb", edited(BASE, f="def f(x):\n    return x", c1="import torch, os"))
    (corrected / "work" / ".handed_out.json").unlink()
    (corrected / "work" / ".base" / "toy" / "toy.ipynb").unlink()
    ((_, lines),) = said(renew(corrected)).items()
    assert lines[:2] == ("merged, cell by cell", "your answers are kept: f")
    sources = [cell["source"] for cell in json.loads((corrected / "work/toy/toy.ipynb").read_text())["cells"]]
    assert {"# Corrected", "import torch", "import torch, os", "def f(x):\n    return x"} <= set(sources)
