"""A zip is read with care: nothing of it is written where it says, and what cannot be taken is named."""

from __future__ import annotations

import stat
import struct
import zipfile
from datetime import datetime

import pytest

from course_utils.errors import UsageError
from course_utils.grading.platforms import archive as archives
from course_utils.grading.platforms.archive import Refused, open_archive
from tests.grading.platforms.conftest import written, zipped


@pytest.mark.parametrize(
    "name", ["../evil.txt", "a/../../evil.txt", "/evil.txt", "C:/evil.txt", "a\\..\\..\\evil.txt", "a\nb"]
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path, name):
    with open_archive(zipped(tmp_path / "a.zip", {name: b"x", "good.txt": b"y"})) as archive:
        assert [file.path for file in archive.files] == ["good.txt"]
        assert "leads elsewhere" in archive.refused[0]


def test_a_link_is_no_file(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as made:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, "/etc/passwd")
    with open_archive(path) as archive:
        assert not archive.files and archive.refused == ["link is a link and not a file"]


def test_a_file_that_unpacks_to_too_much_is_refused_whatever_size_it_claims(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_TOTAL", 1000)
    with open_archive(zipped(tmp_path / "a.zip", {"bomb": bytes(2000), "small": b"x"})) as archive:
        bomb, small = archive.files
        with pytest.raises(Refused, match="has more than"):
            bomb.content()
        assert small.content() == b"x"


def test_a_damaged_file_costs_only_itself(tmp_path):
    path = zipped(tmp_path / "a.zip", {"bad": b"1234567890" * 50, "good": b"y"})
    content = bytearray(path.read_bytes())
    content[40] ^= 255
    path.write_bytes(content)
    with open_archive(path) as archive:
        with pytest.raises(Refused, match="cannot be unpacked"):
            archive.files[0].content()
        assert archive.files[1].content() == b"y"


def test_what_file_managers_leave_does_not_exist(tmp_path):
    files = {"__MACOSX/._gru.ipynb": b"", "a/.DS_Store": b"", "a/.ipynb_checkpoints/gru.ipynb": b"", "a/gru.ipynb": b""}
    with open_archive(zipped(tmp_path / "a.zip", files)) as archive:
        assert [file.path for file in archive.files] == ["a/gru.ipynb"] and not archive.refused


def test_names_of_chinese_windows_are_read(tmp_path):
    path, raw = tmp_path / "a.zip", "王小明_1/gru.ipynb".encode("gb18030")
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("x" * len(raw), b"y")
    path.write_bytes(path.read_bytes().replace(b"x" * len(raw), raw))
    with open_archive(path) as archive:
        assert archive.files[0].path == "王小明_1/gru.ipynb" and archive.files[0].content() == b"y"


def test_a_folder_is_as_good_as_a_zip(tmp_path):
    (tmp_path / "a").mkdir()
    written(tmp_path / "a" / "gru.ipynb", "{}")
    (tmp_path / "a" / "link").symlink_to("/etc/passwd")
    with open_archive(tmp_path) as archive:
        assert [file.path for file in archive.files] == ["a/gru.ipynb"] and "a/link is a link" in archive.refused[0]
        assert archive.files[0].content() == b"{}" and archive.files[0].time is not None


@pytest.mark.parametrize("content", [b"no zip", b""])
def test_what_is_no_zip_is_said(tmp_path, content):
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(UsageError, match="is not a zip, or it is damaged"), open_archive(tmp_path / "a.zip"):
        pass


def test_times_that_are_all_of_one_minute_are_those_of_the_download(tmp_path):
    files = {"a": b"", "b": b""}
    with open_archive(zipped(tmp_path / "a.zip", files)) as archive:
        assert not archive.has_upload_times
    with open_archive(zipped(tmp_path / "a.zip", files, {"a": datetime(2026, 12, 1, 20, 0)})) as archive:
        assert archive.has_upload_times and archive.files[0].local_time == datetime(2026, 12, 1, 20, 0)


def test_a_time_in_utc_is_taken_where_the_zip_has_one(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as made:
        member = zipfile.ZipInfo("a", (2026, 12, 1, 21, 0, 0))
        member.extra = struct.pack("<HHBi", 0x5455, 5, 1, 1796155200)
        made.writestr(member, b"")
    with open_archive(path) as archive:
        assert archive.files[0].time == datetime(2026, 12, 1, 20, 0)
