"""The files of a submission: what is read, what is left out, and what is too much."""

from __future__ import annotations

import os

import pytest

from course_utils.grading.course import submission
from course_utils.grading.course.submission import TooMuch, handed_in, merged, read_files, timestamp_problem


def test_regular_files_are_read_with_their_relative_names_and_notebooks_only_when_asked(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "table.csv").write_bytes(b"1,2")
    (tmp_path / "gru.ipynb").write_bytes(b"{}")
    assert read_files(tmp_path) == {"data/table.csv": b"1,2"}
    assert read_files(tmp_path, notebooks=True) == {"gru.ipynb": b"{}"}


def test_links_and_what_jupyter_leaves_are_not_read(tmp_path):
    (tmp_path / ".ipynb_checkpoints").mkdir()
    (tmp_path / ".ipynb_checkpoints" / "old.txt").write_bytes(b"x")
    (tmp_path / "elsewhere.txt").symlink_to("/etc/hostname")
    assert read_files(tmp_path) == {}
    assert [name for name, _ in handed_in(tmp_path)] == ["elsewhere.txt"]


def test_a_file_more_or_a_byte_more_than_is_allowed_is_too_much(tmp_path, monkeypatch):
    for name in "abc":
        (tmp_path / name).write_bytes(b"12")
    for limit, most in (("MAX_FILES", 3), ("MAX_TOTAL", 6)):
        with monkeypatch.context() as patch:
            patch.setattr(submission, limit, most)
            assert len(read_files(tmp_path)) == 3
            patch.setattr(submission, limit, most - 1)
            with pytest.raises(TooMuch, match="were handed in"):
                read_files(tmp_path)


def test_a_name_that_is_too_long_counts_its_folders(tmp_path, monkeypatch):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "name").write_bytes(b"")
    monkeypatch.setattr(submission, "MAX_NAME", len("folder/name") - 1)
    with pytest.raises(TooMuch, match="folders in folders"):
        list(handed_in(tmp_path))


def test_none_of_the_instructors_files_is_replaced_or_stood_in_the_way_of():
    own = {"same.txt": b"student", "data": b"a file", "table.csv/part": b"below a file", "own.txt": b"kept"}
    ours = {"same.txt": b"instructor", "data/words.txt": b"a folder", "table.csv": b"1"}
    assert merged(own, ours) == {**ours, "own.txt": b"kept"}


@pytest.mark.parametrize("text", ["", "2026-01-31 23:59:00 UTC", "2026-01-31 23:59:00"])
def test_a_time_is_no_problem(tmp_path, text):
    (tmp_path / "timestamp.txt").write_text(text)
    assert timestamp_problem(tmp_path) == ""


def test_no_timestamp_is_no_problem(tmp_path):
    assert timestamp_problem(tmp_path) == ""


@pytest.mark.parametrize("make", ["text", "long", "link", "pipe"])
def test_anything_else_is_described_and_a_pipe_is_not_opened(tmp_path, make):
    path = tmp_path / "timestamp.txt"
    if make == "link":
        path.symlink_to("/etc/hostname")
    elif make == "pipe":
        os.mkfifo(path)
    else:
        path.write_text("yesterday" if make == "text" else "2026-01-31" + " " * 2000)
    assert timestamp_problem(tmp_path).startswith("timestamp.txt holds no time")
