"""A notebook whose buttons are clicked: one kernel for the tests of a file, its folder emptied for each of them."""

from __future__ import annotations

import shutil

import pytest

from tests.quiz.notebook import Notebook


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    notebook = Notebook(tmp_path_factory.mktemp("kernel"))
    yield notebook
    notebook.close()


@pytest.fixture
def notebook(kernel):
    """The kernel in an empty folder."""
    for path in kernel.folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return kernel
