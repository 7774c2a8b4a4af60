"""Tables are read as spreadsheets and platforms save them, and what could be read in two ways is refused."""

from __future__ import annotations

import pytest

from course_utils.errors import UsageError
from course_utils.grading.platforms.tables import as_csv, read_table

CHINESE = "学号,姓名\n1,王小明\n2,朱镕\n"
WESTERN = "id,name\n1,Jürgen Müller\n2,Zoë Öz\n"


def read(tmp_path, content: bytes, **options):
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    return read_table(path, **options)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_chinese_names_are_read_in_every_encoding_in_which_they_are_saved(tmp_path, encoding):
    table = read(tmp_path, CHINESE.encode(encoding))
    assert [row["姓名"] for row in table.rows] == ["王小明", "朱镕"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_western_names_are_not_taken_for_chinese_ones(tmp_path, encoding):
    assert [row["name"] for row in read(tmp_path, WESTERN.encode(encoding)).rows] == ["Jürgen Müller", "Zoë Öz"]


@pytest.mark.parametrize(("mark", "said"), [(",", "commas"), (";", "semicolons"), ("\t", "tabs")])
def test_the_separator_is_the_one_of_the_first_line(tmp_path, mark, said):
    table = read(tmp_path, f'id{mark}name\n7{mark}"Hopper, Grace; PhD"\n'.encode())
    assert table.rows == ({"id": "7", "name": "Hopper, Grace; PhD"},) and said in table.how


def test_bytes_of_which_some_look_chinese_are_refused_until_the_encoding_is_named(tmp_path):
    content = "id,name\n1,Müller\n2,Köhler\n3,Ååse\n".encode("cp1252")
    with pytest.raises(UsageError, match=r"two encodings: .*--encoding"):
        read(tmp_path, content)
    assert read(tmp_path, content, encoding="cp1252").rows[2]["name"] == "Ååse"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04rest", "is a zip or a workbook: save a workbook as CSV"),
        (b"", "is empty"),
        (b"id,name,id\n", "has the column 'id' twice"),
        (b"\xff\xfea", "is damaged"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_one_line(tmp_path, content, said):
    with pytest.raises(UsageError, match=said):
        read(tmp_path, content)


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        read_table(tmp_path / "nothing.csv")


def test_excels_own_first_line_is_no_header(tmp_path):
    assert read(tmp_path, b"sep=;\r\nid;name\r\n1;Ada\r\n").rows == ({"id": "1", "name": "Ada"},)


def test_a_table_is_read_back_as_it_was_written(tmp_path):
    rows = [{"id": "1", "name": 'Ada "the first", Countess'}, {"id": "2", "name": "two\nlines"}]
    assert list(read(tmp_path, as_csv(["id", "name"], rows).encode()).rows) == rows
