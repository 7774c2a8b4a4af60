"""A catalogue has exactly the units that there are, and knows which translations are missing or stale."""

from __future__ import annotations

import pytest

from course_utils.translating.catalogues import lookup, read, synced, untranslated, write
from course_utils.translating.units import Unit

HELLO, CELL = Unit(None, "hello"), Unit("cell-1", "# A title\n\nand a “text”")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "some" / "file.po"


def translated(units, *translations):
    catalogue = synced(read_nothing(), units)
    for unit, text in zip(units, translations, strict=True):
        catalogue.get(unit.text, context=unit.key).string = text
    return catalogue


def read_nothing():
    from pathlib import Path

    return read(Path("there is none"), "zh")


def test_a_catalogue_is_the_same_when_it_was_written_and_read(path):
    catalogue = translated([HELLO, CELL], "你好", "# 标题\n\n一段“文字”")
    assert write(catalogue, path)
    again = read(path, "zh")
    assert lookup(again, HELLO) == "你好" and lookup(again, CELL) == "# 标题\n\n一段“文字”"
    assert not write(synced(again, [HELLO, CELL]), path)


def test_dry_says_what_would_be_written_and_writes_nothing(path):
    assert write(translated([HELLO], "你好"), path, dry=True)
    assert not path.exists()


def test_a_changed_cell_makes_its_translation_stale_and_keeps_it(path):
    write(translated([CELL], "旧译文"), path)
    changed = Unit("cell-1", "# A title\n\nand a new text")
    catalogue = synced(read(path, "zh"), [changed])
    write(catalogue, path)
    (missing,) = untranslated(read(path, "zh"))
    assert missing.fuzzy and missing.string == "旧译文"
    assert "# was: # A title" in path.read_text(encoding="utf-8")
    assert lookup(read(path, "zh"), changed) == changed.text
    assert not write(synced(read(path, "zh"), [changed]), path)


def test_what_is_no_longer_said_is_left_out_and_what_is_new_has_no_translation(path):
    catalogue = synced(translated([HELLO], "你好"), [Unit(None, "new")])
    assert [message.id for message in untranslated(catalogue)] == ["new"]
    assert catalogue.get("hello") is None
