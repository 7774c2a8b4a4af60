"""A notebook of all explorers."""

from __future__ import annotations

import os

import nbformat
import pytest
from nbclient import NotebookClient

from course_utils.filesystem import REPOSITORY
from course_utils.widgets import __all__ as EXPLORERS
from tests.browsers import SECONDS

pytest.register_assert_rewrite("tests.widgets.moving")


@pytest.fixture(scope="session")
def notebook():
    """A notebook with a cell for each explorer, run in one go as a chapter is."""
    cells = [nbformat.v4.new_code_cell(f"import course_utils as d2l\nd2l.{name}()") for name in EXPLORERS]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
    path = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))
    NotebookClient(notebook, timeout=SECONDS).execute(env=os.environ | {"PYTHONPATH": path})
    return notebook
