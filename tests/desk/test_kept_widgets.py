"""Saved by JupyterLab before it was run, a notebook keeps the explorers that it shows, and no others."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from course_utils.desk.kept_widgets import STATE, VIEW, keep_widgets


def notebook(shown, state):
    outputs = [{"output_type": "display_data", "data": {VIEW: {"model_id": name}}, "metadata": {}} for name in shown]
    widgets = {"widgets": {STATE: {"state": state, "version_major": 2, "version_minor": 0}}} if state else {}
    cells = [{"cell_type": "markdown"}, {"cell_type": "code", "outputs": [{"output_type": "stream"}, *outputs]}]
    return {"cells": cells, "metadata": widgets}


EXPLORER = {"model_name": "AnyModel", "state": {"layout": "IPY_MODEL_layout", "settings": {"Z": 0.95}}}
BEFORE = {"explorer": EXPLORER, "layout": {"state": {}}, "another": {"state": {}}}


@pytest.fixture
def saved(tmp_path):
    """Saves a notebook over the file as the server does; the states that are saved."""
    (tmp_path / "work").mkdir()
    file = tmp_path / "work" / "01.ipynb"
    file.write_text(json.dumps(notebook(["explorer", "another"], BEFORE)))

    def save(shown, state, path="work/01.ipynb"):
        model = {"type": "notebook", "content": notebook(shown, state)}
        keep_widgets(model=model, path=path, contents_manager=SimpleNamespace(root_dir=str(tmp_path)))
        return model["content"]["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})

    return save


def test_what_is_shown_is_kept_with_what_it_consists_of(saved):
    assert saved(["explorer"], {}) == {"explorer": EXPLORER, "layout": {"state": {}}}


def test_what_a_kernel_has_is_saved_as_it_is_and_beside_the_rest(saved):
    moved = {"explorer": {"state": {"settings": {"Z": 0}}}}
    assert saved(["explorer"], moved) == moved
    assert saved(["explorer", "another"], moved) == moved | {"another": {"state": {}}}


def test_nothing_comes_from_where_nothing_is(saved):
    assert saved(["new"], {}) == saved(["explorer"], {}, path="/work/02.ipynb") == {}


def test_other_files_are_none_of_its_business(tmp_path):
    (tmp_path / "text.md").write_text("text")
    model = {"type": "file", "content": "text"}
    keep_widgets(model=model, path="text.md", contents_manager=SimpleNamespace(root_dir=str(tmp_path)))
    assert model == {"type": "file", "content": "text"}
