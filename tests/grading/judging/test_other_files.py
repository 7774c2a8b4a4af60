"""Other files are told by their content, and archives are looked into within limits: no bomb, no escape."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from course_utils.grading.judging.other_files import MAX_FILES, MAX_UNPACKED, other_files
from tests.grading.handed_in import png, zipped

NOTEBOOK = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def kinds(files: dict[str, bytes]) -> dict[str, str]:
    return {file.name: file.kind for file in other_files(files)}


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a", NOTEBOOK, "notebook"),
        ("a.txt", b"\xef\xbb\xbf" + NOTEBOOK, "notebook"),
        ("a.json", b'{"q1": 2}', "clicks"),
        ("a.json", b'{"x": 2}', "text"),
        ("a.py", b"x = 1", "text"),
        ("a", png(2), "picture"),
        ("a.doc", b"%PDF-1", "document"),
        ("a.zip", zipped({"word/document.xml": b"x"}), "document"),
        ("a", b"Rar!\x1a", "closed"),
        ("a.zip", b"PK\x03\x04x", "closed"),
        ("a.gz", b"\x1f\x8b\x08", "closed"),
    ],
)
def test_a_file_is_what_its_content_says(name, content, kind):
    assert kinds({name: content}) == {name: kind}


@pytest.mark.parametrize("content", [b"", b"   \n", b"\x80\x02}q\x00.", b"\0" * 99])
def test_data_and_emptiness_hold_no_answer(content):
    assert kinds({"model.pt": content}) == {}


@pytest.mark.parametrize("name", ["timestamp.txt", "jaychou_lyrics.txt", "data/jaychou_lyrics.txt.zip"])
def test_what_the_course_itself_puts_there_is_left_out(name):
    assert kinds({name: b"some text"}) == {}


def test_a_zip_in_a_zip_is_looked_into_and_one_deeper_is_not():
    inner = zipped({"gru.ipynb": NOTEBOOK})
    assert kinds({"a.zip": zipped({"b.zip": inner})}) == {"a.zip/b.zip/gru.ipynb": "notebook"}
    assert kinds({"a.zip": zipped({"b.zip": zipped({"c.zip": inner})})}) == {"a.zip/b.zip/c.zip": "closed"}


def test_a_member_that_grows_without_end_is_not_unpacked():
    assert kinds({"a.zip": zipped({"x": b"a" * (MAX_UNPACKED + 1)})}) == {"a.zip/x": "closed"}


def test_all_archives_together_have_one_limit():
    part = zipped({"x": b"a" * (7 * 2**20)})
    assert list(kinds({f"{number}.zip": part for number in range(4)}).values()) == ["text", "text", "closed", "closed"]


def test_no_more_files_than_the_limit_are_looked_at():
    assert len(kinds({"a.zip": zipped({f"{number}.py": b"x" for number in range(3 * MAX_FILES)})})) == MAX_FILES


def test_a_name_that_would_escape_is_only_a_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert kinds({"a.zip": zipped({"../../gru.ipynb": NOTEBOOK})}) == {"a.zip/../../gru.ipynb": "notebook"}
    assert list(tmp_path.rglob("*")) == []


def test_methods_that_make_gigabytes_of_their_first_bytes_are_not_run():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("gru.ipynb", NOTEBOOK)
    assert kinds({"a.zip": buffer.getvalue()}) == {"a.zip/gru.ipynb": "closed"}


def test_litter_in_an_archive_is_nobodys():
    assert kinds({"a.zip": zipped({"__MACOSX/._a.py": b"x", ".DS_Store": b"x", "a.py": b"x"})}) == {
        "a.zip/a.py": "text"
    }


def test_a_page_is_read_without_its_tags_and_another_encoding_too():
    (page,) = other_files({"a.html": b"<pre><span>def</span> f(a): a &lt; 1</pre>"})
    assert page.text == "def f(a): a < 1"
    (chinese,) = other_files({"a.txt": "困惑度".encode("gbk")})
    assert chinese.text == "困惑度"
