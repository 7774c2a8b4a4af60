"""A notebook's texts, comments and strings can be translated; its code cannot."""

from __future__ import annotations

import ast
import json
from functools import partial

import pytest

from course_utils.filesystem import REPOSITORY
from course_utils.translating import catalogues
from course_utils.translating.units import (
    Unit,
    code_alone,
    document_units,
    drawing_units,
    notebook_units,
    translated_document,
    translated_drawing,
    translated_notebook,
)

NOTEBOOKS = [*sorted((REPOSITORY / "notebooks").glob("*.ipynb")), *sorted((REPOSITORY / "source").glob("*/*.ipynb"))]

CATALOGUES = ("assignments", "chapters")


def cell(kind, source, id="a", **marks):
    extra = {"outputs": ["old"], "execution_count": 1} if kind == "code" else {}
    return {"cell_type": kind, "id": id, "source": source, "metadata": {"nbgrader": marks} if marks else {}, **extra}


def notebook(*cells):
    return {"cells": list(cells), "metadata": {}}


def shouted(unit):
    return unit.text.upper()


def test_texts_are_known_by_their_cell_and_pieces_of_code_by_what_they_say():
    made = notebook(
        cell("markdown", "Some text", "text"), cell("code", 'plot(x, "a line")  # draw it\nplot(y, "a line")')
    )
    assert notebook_units(made) == [Unit("text", "Some text"), Unit(None, '"a line"'), Unit(None, "# draw it")]


def test_strings_and_comments_are_translated_where_they_stand_and_outputs_go():
    made = notebook(cell("code", '字 = f"{n} words" + "a" "bc"  # 字 why'))
    (translated,) = translated_notebook(made, shouted, "zh")["cells"]
    assert translated["source"] == '字 = F"{N} WORDS" + "A" "BC"  # 字 WHY'
    assert translated["outputs"] == [] and made["cells"][0]["outputs"] == ["old"]


def test_a_locked_graded_cell_stays_as_it_is():
    locked = cell("code", 'check("gru.forward", gru)  # points', grade=True, solution=False)
    written = cell("code", "gru = None  # your code", grade=True, solution=True)
    translated = translated_notebook(notebook(locked, written), shouted, "zh")["cells"]
    assert translated[0]["source"] == locked["source"]
    assert translated[1]["source"].endswith("# YOUR CODE")


@pytest.mark.parametrize(
    ("imports", "line"),
    [
        ("import torch\nimport course_utils as d2l\n\nx = 1", 'd2l\n\nd2l.language("zh")\nd2l.use_chinese_font()\n\nx'),
        ("from course_utils import check", 'check\nfrom course_utils import language\n\nlanguage("zh")'),
    ],
)
def test_the_first_cell_that_imports_the_course_chooses_its_language(imports, line):
    first, second = translated_notebook(notebook(cell("code", imports), cell("code", imports)), lambda u: u.text, "zh")[
        "cells"
    ]
    assert line in first["source"] and second["source"] == imports


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_chinese_notebooks_have_the_code_of_the_english_ones(path):
    original, kind = json.loads(path.read_text(encoding="utf-8")), CATALOGUES[path.parent.name == "notebooks"]
    catalogue = catalogues.read(REPOSITORY / "translations" / "zh" / kind / f"{path.stem}.po", "zh")
    translated = translated_notebook(original, partial(catalogues.lookup, catalogue), "zh")
    for before, after in zip(original["cells"], translated["cells"], strict=True):
        source = "".join(before["source"])
        if before["cell_type"] == "code" and 'language("zh")' not in after["source"] and is_python(source):
            assert code_alone(after["source"]) == code_alone(source), after["source"]


def is_python(source):
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_translation_leaves_the_code_of_every_notebook_as_it_is(path):
    original = json.loads(path.read_text(encoding="utf-8"))
    translated = translated_notebook(original, lambda unit: unit.text, "zh")
    for before, after in zip(original["cells"], translated["cells"], strict=True):
        source = "".join(before["source"])
        if before["cell_type"] == "code" and 'language("zh")' not in after["source"]:
            assert after["source"] == source


def test_code_alone_tells_a_changed_program_from_a_changed_word():
    assert code_alone('print(f"{n} words", "a")') == code_alone('print(f"{n} 个词", "甲")')
    assert code_alone('print(f"{n:3} of {m}")') == code_alone('print(f"共 {m}，已有 {n}")')
    assert code_alone('print(f"{n} words")') != code_alone('print(f"{m} words")')
    assert code_alone('table["a"] + 1') != code_alone('table["a"] + 2')


def test_a_document_is_translated_block_by_block_and_code_in_one_piece():
    text = "# Title\n\nOne line\nanother\n\n```\ncode\n\nmore code\n```\n\n---\n"
    assert [unit.text.split("\n")[0] for unit in document_units(text)] == ["# Title", "One line", "```"]
    assert translated_document(text, lambda unit: unit.text) == text
    assert translated_document("a word\n\n---\n", shouted) == "A WORD\n\n---\n"


def test_a_drawing_is_read_aloud_in_the_other_language():
    svg = '<svg><title id="t">One step</title><desc>Left to right</desc><path d="M"/></svg>'
    assert drawing_units(svg) == [Unit(None, "One step"), Unit(None, "Left to right")]
    assert translated_drawing(svg, shouted) == (
        '<svg><title id="t">ONE STEP</title><desc>LEFT TO RIGHT</desc><path d="M"/></svg>'
    )
