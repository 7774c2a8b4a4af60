"""The zip of `course submit` is opened where it lies in a platform's zip; another zip stays what it is."""

from __future__ import annotations

import pytest

from course_utils.grading.platforms.archive import open_archive
from course_utils.grading.platforms.hand_ins import files_of
from tests.grading.platforms.conftest import zipped

RECEIPT = b'{"time": "2026-12-01T09:00:00+00:00"}'


@pytest.fixture
def opened(tmp_path):
    """What is found in a zip of these files, which lies in another one."""

    def look(files: dict[str, bytes], name: str = "ada/x.zip"):
        inner = zipped(tmp_path / "inner.zip", files).read_bytes() if files else b"no zip"
        with open_archive(zipped(tmp_path / "outer.zip", {name: inner})) as archive:
            return files_of(archive.files[0]), archive.files[0]

    return look


def test_a_hand_in_has_the_receipt_s_time_and_the_other_files_as_they_were_uploaded(tmp_path):
    inner = zipped(tmp_path / "inner.zip", {"receipt.json": RECEIPT, "gru.ipynb": b"{}", "a/b.py": b"1"})
    with open_archive(zipped(tmp_path / "outer.zip", {"ada/x.zip": inner.read_bytes()})) as archive:
        time, files = files_of(archive.files[0])
        assert time == "2026-12-01T09:00:00+00:00"
        assert {file.path: file.content() for file in files} == {"gru.ipynb": b"{}", "a/b.py": b"1"}
        assert {file.local_time for file in files} == {archive.files[0].local_time}


@pytest.mark.parametrize(
    "files",
    [
        {"gru.ipynb": b"{}"},
        {"receipt.json": b"[1]", "gru.ipynb": b"{}"},
        {"receipt.json": b'{"time": 3}'},
        {"receipt.json": b"{" * 20},
        {},
    ],
)
def test_another_zip_is_none(opened, files):
    assert opened(files)[0] is None


def test_names_that_lead_elsewhere_are_left_out(opened):
    (_, files), _ = opened({"receipt.json": RECEIPT, "../evil.py": b"1", "gru.ipynb": b"{}"})
    assert [file.path for file in files] == ["gru.ipynb"]
