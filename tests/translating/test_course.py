"""From catalogues to notebooks and documents in another language."""

from __future__ import annotations

import json

import pytest

from course_utils.translating import catalogues
from course_utils.translating.course import DOCUMENTS, assignment_in, texts, translate


def test_the_whole_course_is_translated_nothing_is_stale_and_all_that_is_made_is_up_to_date():
    state = translate("zh", write=False)
    assert (state.lacks, state.written) == ([], [])


@pytest.fixture
def root(tmp_path):
    """A course with one chapter, one assignment and a drawing."""
    for name in ("course_utils", "notebooks/images", "source/gru", "docs", "edition"):
        (tmp_path / name).mkdir(parents=True)
    for name in DOCUMENTS:
        (tmp_path / name).write_text("A document\n")
    (tmp_path / "notebooks" / "images" / "one.svg").write_text("<svg><title>One drawing</title></svg>")
    (tmp_path / "notebooks" / "01.ipynb").write_text(notebook("# A chapter", 'print("a line")'))
    (tmp_path / "source" / "gru" / "gru.ipynb").write_text(notebook("# A task", "import course_utils as d2l"))
    return tmp_path


def notebook(text, code):
    cells = [
        {"cell_type": "markdown", "id": "t", "metadata": {}, "source": [text]},
        {"cell_type": "code", "id": "c", "metadata": {}, "source": [code], "outputs": [], "execution_count": None},
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def translate_all(root):
    """Every unit is translated by being wrapped in 「」; code keeps its quotes."""
    translate("zh", root)
    for text in texts("zh", root):
        catalogue = catalogues.read(text.catalogue, "zh")
        for message in catalogue:
            if message.id:
                message.string = (
                    message.id.replace("a line", "一行") if message.id.startswith('"') else f"「{message.id}」"
                )
        catalogues.write(catalogue, text.catalogue)
    return translate("zh", root)


def test_what_is_not_translated_is_counted_by_catalogue(root):
    lacks = translate("zh", root).lacks
    assert "translations/zh/chapters/01.po: 2 of 2 units, 0 of them stale" in lacks
    assert len(lacks) == len(set(lacks)) == 3 + len(DOCUMENTS)


def test_chapters_documents_and_drawings_are_made_in_the_other_language(root):
    assert translate_all(root).lacks == []
    text, code = json.loads((root / "notebooks" / "zh" / "01.ipynb").read_text(encoding="utf-8"))["cells"]
    assert text["source"] == ["「# A chapter」"] and code["source"] == ['print("一行")']
    assert "「One drawing」" in (root / "notebooks" / "zh" / "images" / "one.svg").read_text(encoding="utf-8")
    assert "「A document" in (root / "docs" / "student.zh.md").read_text(encoding="utf-8")
    assert translate("zh", root, write=False).written == []


def test_a_chapter_links_to_chapters_of_its_language_and_to_the_one_assignment(root):
    (root / "notebooks" / "01.ipynb").write_text(notebook("[a](00.ipynb) [b](../release/gru/gru.ipynb)", "1"))
    translate_all(root)
    text, _ = json.loads((root / "notebooks" / "zh" / "01.ipynb").read_text(encoding="utf-8"))["cells"]
    assert text["source"] == ["「[a](00.ipynb) [b](../../release/gru/gru.ipynb)」"]


def test_a_cell_keeps_its_outputs_while_its_code_is_the_same(root):
    translate_all(root)
    path = root / "notebooks" / "zh" / "01.ipynb"
    made = json.loads(path.read_text(encoding="utf-8"))
    made["cells"][1]["outputs"] = ["what it printed"]
    path.write_text(json.dumps(made))
    translate("zh", root)
    assert json.loads(path.read_text(encoding="utf-8"))["cells"][1]["outputs"] == ["what it printed"]
    (root / "notebooks" / "01.ipynb").write_text(notebook("# A chapter", 'print("a line", 2)'))
    translate("zh", root)
    assert json.loads(path.read_text(encoding="utf-8"))["cells"][1]["outputs"] == []


def test_a_changed_text_makes_its_translation_stale(root):
    translate_all(root)
    (root / "notebooks" / "01.ipynb").write_text(notebook("# A changed chapter", 'print("a line")'))
    assert translate("zh", root).lacks == ["translations/zh/chapters/01.po: 1 of 2 units, 1 of them stale"]


def test_an_assignment_is_made_in_the_other_language_and_says_so(root):
    translate_all(root)
    source = json.loads((root / "source" / "gru" / "gru.ipynb").read_text())
    link = {
        "cell_type": "markdown",
        "id": "l",
        "metadata": {},
        "source": "[a](../../notebooks/01.ipynb), [b](../../docs/c.md)",
    }
    source["cells"].append(link)
    made = assignment_in(source, root / "translations" / "zh" / "assignments" / "gru.po", "zh")
    assert made["cells"][-1]["source"] == "[a](../../notebooks/zh/01.ipynb), [b](../../docs/c.md)"
    assert made["cells"][0]["source"] == "「# A task」" and made["metadata"]["course"]["language"] == "zh"
