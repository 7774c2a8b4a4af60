"""A hand-in goes to nbgrader's exchange, to the course's folder, or the student is told to upload it."""

from __future__ import annotations

import json
import stat

import pytest

from course_utils.desk.destinations import put
from course_utils.grading.platforms.archive import open_archive

SETTINGS = """\
c = get_config()
c.CourseDirectory.course_id = "gated"
c.Exchange.root = {exchange!r}
c.Exchange.cache = {cache!r}
"""
CONTENTS = {"toy.ipynb": b"{}", "a/util.py": b"1"}


@pytest.fixture
def zipped(tmp_path):
    path = tmp_path / "handed_in" / "toy" / "2026-12-01T09-00-00Z.zip"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"zip")
    return path


@pytest.fixture
def exchange(tmp_path, monkeypatch):
    """An exchange in which the toy is released, and the settings that name it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / "exchange"
    for name in ("inbound", "outbound/toy"):
        (folder / "gated" / name).mkdir(parents=True)
    for path in (folder, folder / "gated" / "inbound"):
        path.chmod(path.stat().st_mode | stat.S_IRWXO)
    settings = SETTINGS.format(exchange=str(folder), cache=str(tmp_path / "cache"))
    (tmp_path / "nbgrader_config.py").write_text(settings, encoding="utf-8")
    return folder


def test_without_settings_it_is_to_be_uploaded(zipped, tmp_path):
    said, failed = put(zipped, "toy", CONTENTS, tmp_path)
    assert said == f"upload this file, where your teacher told you to: {zipped}" and failed == []


def test_an_address_is_said(zipped, tmp_path):
    (tmp_path / "edition.json").write_text('{"hand_in": "https://moodle.example/7"}', encoding="utf-8")
    said, _ = put(zipped, "toy", CONTENTS, tmp_path)
    assert said == f"upload this file to https://moodle.example/7: {zipped}"


def test_a_folder_gets_it_under_the_student_s_name(zipped, tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_USER", "ada")
    folder = tmp_path / "for the course"
    (tmp_path / "edition.json").write_text(json.dumps({"hand_in": str(folder)}), encoding="utf-8")
    said, failed = put(zipped, "toy", CONTENTS, tmp_path)
    assert said.startswith("upload this file") and failed[0].endswith("did not take it: there is no such folder")
    folder.mkdir()
    said, failed = put(zipped, "toy", CONTENTS, tmp_path)
    assert said == f"put into {folder / 'toy' / 'ada' / zipped.name}" and failed == []
    with open_archive(folder / "toy") as archive:
        assert [file.path for file in archive.files] == [f"ada/{zipped.name}"]


def test_nbgrader_s_exchange_gets_the_files_where_it_has_the_assignment(zipped, tmp_path, exchange):
    said, failed = put(zipped, "toy", CONTENTS, tmp_path)
    assert (said, failed) == ("nbgrader's exchange has it, for the course gated", [])
    (submission,) = (exchange / "gated" / "inbound").iterdir()
    assert "+toy+" in submission.name and (submission / "a" / "util.py").read_bytes() == b"1"
    assert put(zipped, "other", CONTENTS, tmp_path)[0].startswith("upload this file")


def test_an_exchange_that_fails_is_named_and_the_zip_is_to_be_uploaded(zipped, tmp_path, exchange):
    settings = tmp_path / "nbgrader_config.py"
    settings.write_text(settings.read_text() + 'c.Authenticator.plugin_class = "no.Such"\n', encoding="utf-8")
    said, failed = put(zipped, "toy", CONTENTS, tmp_path)
    assert said.startswith("upload this file") and failed[0].startswith("nbgrader's exchange did not take it: ")
