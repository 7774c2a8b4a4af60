"""A new edition is read whole, or not at all; none of its names leads into what is the student's."""

from __future__ import annotations

import hashlib
import json
import zipfile

import pytest

from course_utils.desk.editions import earlier_versions, fetched, marker_of, read_edition
from course_utils.errors import UsageError


def marker(files: dict[str, bytes], **more) -> bytes:
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return json.dumps({"version": "1.0", "date": "2026-12-01T00:00:00", "files": digests, **more}).encode()


def zipped(path, files: dict[str, bytes], top="course/"):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{top}{name}", content)
    return path


FILES = {"course": b"1", "notebooks/01.ipynb": b"{}"}


@pytest.mark.parametrize("top", ["course/", "", "a folder/"])
def test_a_zip_is_read_wherever_its_files_lie_in_it(tmp_path, top):
    edition = read_edition(zipped(tmp_path / "x.zip", {**FILES, "edition.json": marker(FILES)}, top))
    assert {name: edition.files[name] for name in FILES} == FILES and edition.name == "1.0 of 2026-12-01"


def test_a_folder_is_read_by_its_list_only(tmp_path):
    for name, content in {**FILES, "edition.json": marker(FILES), "work/mine": b"mine"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    assert sorted(read_edition(tmp_path).files) == ["course", "edition.json", "notebooks/01.ipynb"]


@pytest.mark.parametrize("name", ["../evil", "/evil", "work/gru/gru.ipynb", ".git/config", "a/../../evil"])
def test_a_name_that_leads_into_what_is_the_student_s_is_not_taken(tmp_path, name):
    files = {**FILES, name: b"evil"}
    with pytest.raises(UsageError, match="is not whole"):
        read_edition(zipped(tmp_path / "x.zip", {**files, "edition.json": marker(files)}))


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"files": 3}', b'{"files": {}}'])
def test_what_says_of_no_files_is_no_edition(tmp_path, raw):
    with pytest.raises(UsageError, match=r"is no student edition: it has no edition\.json"):
        read_edition(zipped(tmp_path / "x.zip", {**FILES, "edition.json": raw}))
    (tmp_path / "edition.json").write_bytes(raw)
    assert isinstance(marker_of(tmp_path), dict)
    with pytest.raises(UsageError, match="is no student edition"):
        read_edition(tmp_path)


def test_without_git_there_is_nobody_to_ask(tmp_path):
    assert fetched(tmp_path) is None and earlier_versions(tmp_path, "course") == ()
