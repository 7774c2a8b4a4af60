"""An edition grows by commits in its folder, or replaces its zip; nothing else is touched."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import zipfile

import pytest

from course_utils.errors import CourseError, UsageError
from course_utils.filesystem import EDITION
from course_utils.handout import publish
from course_utils.handout.contents import Edition

FIRST = {"course": b"#!/usr/bin/env python3\n", "release/gru/gru.ipynb": b"{}", "notebooks/old.ipynb": b"old"}
SECOND = {"course": b"#!/usr/bin/env python3\n", "release/gru/gru.ipynb": b"{ }", "release/lstm/lstm.ipynb": b"{}"}
NAMELESS = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "user.useConfigOnly",  # no name is made of the machine's
    "GIT_CONFIG_VALUE_0": "true",
}
NOON = 1_800_000_000.0  # seconds since 1970


@pytest.fixture
def hand_out(monkeypatch):
    """Hands out these files, with a date."""

    def run(files, target, newest=NOON, due=None):
        monkeypatch.setattr(publish, "collect", lambda *_: Edition(files, "1.2.3", newest, due=due or {}))
        return publish.hand_out(None, target, ())

    return run


def git(folder, *arguments):
    return subprocess.run(["git", "-C", folder, *arguments], check=True, capture_output=True, text=True).stdout


def files_of(folder):
    names = git(folder, "ls-files").split()
    return {name: (folder / name).read_bytes() for name in names if name != EDITION}


def test_the_first_edition_is_one_commit_with_all_files(hand_out, tmp_path):
    assert "Hand out the course, version 1.2.3" in hand_out(FIRST, tmp_path / "a folder")
    assert files_of(tmp_path / "a folder") == FIRST
    assert git(tmp_path / "a folder", "status", "--porcelain") == ""
    assert git(tmp_path / "a folder", "log", "--format=%s") == "Hand out the course, version 1.2.3\n"
    modes = dict(line.split()[::3] for line in git(tmp_path / "a folder", "ls-files", "-s").splitlines())
    assert [mode for mode, name in modes.items() if name == "course"] == ["100755"]


@pytest.mark.parametrize("name", ["x.tar.gz", "X.TGZ", "course.7z"])
def test_an_archive_of_another_kind_is_refused_and_makes_no_folder(hand_out, tmp_path, name):
    with pytest.raises(UsageError, match=r"neither a folder nor a zip: expected DIR or FILE\.zip"):
        hand_out(FIRST, tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_made_again_it_is_one_commit_more_that_says_what_changed(hand_out, tmp_path):
    hand_out(FIRST, tmp_path)
    hand_out(SECOND, tmp_path)
    assert files_of(tmp_path) == SECOND
    subject, _, *lines = git(tmp_path, "log", "-1", "--format=%B").strip().splitlines()
    assert subject == "Hand out version 1.2.3 again: 1 changed, 1 new, 1 removed"
    assert lines == ["D\tnotebooks/old.ipynb", "M\trelease/gru/gru.ipynb", "A\trelease/lstm/lstm.ipynb"]
    assert git(tmp_path, "show", "HEAD~:notebooks/old.ipynb") == "old"


def test_another_due_date_is_another_edition(hand_out, tmp_path):
    hand_out(FIRST, tmp_path)
    hand_out(FIRST, tmp_path, due={"gru": "2026-12-05T22:59:00+00:00"})
    assert git(tmp_path, "log", "-1", "--format=%s") == "Hand out version 1.2.3 again: other due dates\n"
    assert json.loads((tmp_path / EDITION).read_bytes())["due"] == {"gru": "2026-12-05T22:59:00+00:00"}
    assert "nothing has changed" in hand_out(FIRST, tmp_path, due={"gru": "2026-12-05T22:59:00+00:00"})


@pytest.mark.parametrize("name", ["edition", "edition.zip"])
def test_nothing_changes_when_only_the_date_did(name, hand_out, tmp_path):
    target = tmp_path / name
    hand_out(FIRST, target)
    before = git(target, "log") if target.is_dir() else target.read_bytes()
    said = hand_out(FIRST, target, NOON + 1000)
    assert before == (git(target, "log") if target.is_dir() else target.read_bytes())
    assert "nothing has changed" in said or target.is_file()


def test_the_marker_has_version_date_and_a_digest_of_every_file(hand_out, tmp_path):
    hand_out(FIRST, tmp_path)
    marker = json.loads((tmp_path / EDITION).read_bytes())
    assert (marker["version"], marker["date"]) == ("1.2.3", "2027-01-15T08:00:00+00:00")
    assert marker["files"] == {name: hashlib.sha256(content).hexdigest() for name, content in FIRST.items()}


def test_an_empty_repository_that_was_cloned_is_used(hand_out, tmp_path):
    git(tmp_path, "init", "-q", "--initial-branch=trunk")
    hand_out(FIRST, tmp_path)
    assert git(tmp_path, "branch", "--show-current") == "trunk\n" and files_of(tmp_path) == FIRST


def test_it_commits_where_git_does_not_know_who_does(hand_out, tmp_path, monkeypatch):
    for name, value in NAMELESS.items():
        monkeypatch.setenv(name, value)
    hand_out(FIRST, tmp_path)
    assert git(tmp_path, "log", "--format=%an") == "The course\n"


def test_a_hook_of_another_repository_does_not_lead_it_astray(hand_out, tmp_path, monkeypatch):
    git(tmp_path, "init", "-q", "other")
    for name in publish.OF_ANOTHER_REPOSITORY:
        monkeypatch.setenv(name, str(tmp_path / "other" / ".git"))
    hand_out(FIRST, tmp_path / "edition")
    for name in publish.OF_ANOTHER_REPOSITORY:
        monkeypatch.delenv(name)
    assert files_of(tmp_path / "edition") == FIRST and git(tmp_path / "other", "status", "--porcelain") == ""


def test_a_folder_that_is_no_edition_is_refused_and_stays(hand_out, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match="not the git repository of an edition; name a new or an empty folder"):
        hand_out(FIRST, tmp_path)
    git(tmp_path, "init", "-q")
    with pytest.raises(UsageError, match=r"changes that are not committed, such as thesis\.txt"):
        hand_out(FIRST, tmp_path)
    git(tmp_path, "add", "thesis.txt")
    git(tmp_path, "-c", "user.name=Ada", "-c", "user.email=ada@localhost", "commit", "-qm", "mine")
    with pytest.raises(UsageError, match=rf"not a student edition: it has no {EDITION}"):
        hand_out(FIRST, tmp_path)
    assert sorted(os.listdir(tmp_path)) == [".git", "thesis.txt"]


@pytest.mark.parametrize("name", ["release/gru/gru.ipynb", "work.txt"])
def test_changes_that_are_not_committed_are_refused_and_stay(name, hand_out, tmp_path):
    hand_out(FIRST, tmp_path)
    (tmp_path / name).write_text("changed by hand")
    with pytest.raises(UsageError, match=f"not committed, such as {name}; commit them, or undo"):
        hand_out(SECOND, tmp_path)
    assert (tmp_path / name).read_text() == "changed by hand"


def test_a_file_that_git_ignores_stays(hand_out, tmp_path):
    hand_out(FIRST | {".gitignore": b"/work/\n"}, tmp_path)
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "gru.ipynb").write_text("tried")
    hand_out(SECOND | {".gitignore": b"/work/\n"}, tmp_path)
    assert (tmp_path / "work" / "gru.ipynb").read_text() == "tried" and "work/gru.ipynb" not in files_of(tmp_path)


@pytest.mark.parametrize("stop_at", range(4))
def test_killed_at_any_file_the_same_call_goes_on(stop_at, hand_out, tmp_path, monkeypatch):
    hand_out(FIRST, tmp_path)
    replace, calls = os.replace, []

    def killed(*paths):
        calls.append(paths)
        if len(calls) > stop_at:
            raise KeyboardInterrupt  # a kill, as far as the files are concerned: nothing tidies up
        replace(*paths)

    monkeypatch.setattr(os, "replace", killed)
    if stop_at < 3:  # two files and the marker are written
        with pytest.raises(KeyboardInterrupt):
            hand_out(SECOND, tmp_path)
        assert git(tmp_path, "log", "--format=%s").count("\n") == 1
    monkeypatch.setattr(os, "replace", replace)
    hand_out(SECOND, tmp_path)
    assert files_of(tmp_path) == SECOND and git(tmp_path, "status", "--porcelain") == ""


def test_a_killed_first_edition_goes_on(hand_out, tmp_path, monkeypatch):
    monkeypatch.setattr(publish, "_message", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        hand_out(FIRST, tmp_path)
    monkeypatch.undo()
    hand_out(FIRST, tmp_path)
    assert files_of(tmp_path) == FIRST and git(tmp_path, "log", "--format=%s").count("\n") == 1


def test_a_zip_has_the_same_files_in_one_folder_and_is_the_same_each_time(hand_out, tmp_path):
    hand_out(FIRST, tmp_path / "one" / "edition.zip")
    hand_out(dict(reversed(FIRST.items())), tmp_path / "other.ZIP")
    assert (tmp_path / "one" / "edition.zip").read_bytes() == (tmp_path / "other.ZIP").read_bytes()
    with zipfile.ZipFile(tmp_path / "other.ZIP") as archive:
        content = {name.removeprefix("course/"): archive.read(name) for name in archive.namelist()}
        modes = {info.filename: oct(info.external_attr >> 16) for info in archive.infolist()}
    content.pop(EDITION)
    assert content == FIRST
    assert modes["course/course"] == "0o100755" and modes["course/notebooks/old.ipynb"] == "0o100644"


def test_a_zip_is_replaced_whole_or_not_at_all(hand_out, tmp_path, monkeypatch):
    target = tmp_path / "edition.zip"
    hand_out(FIRST, target)
    before = target.read_bytes()
    monkeypatch.setattr(zipfile.ZipFile, "writestr", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        hand_out(SECOND, target)
    assert target.read_bytes() == before
    monkeypatch.undo()


@pytest.mark.parametrize("content", [b"words", b""])
def test_a_file_that_is_no_edition_is_refused_and_stays(content, hand_out, tmp_path):
    target = tmp_path / "thesis.zip"
    target.write_bytes(content)
    with pytest.raises(UsageError, match=r"thesis\.zip is not a student edition"):
        hand_out(FIRST, target)
    assert target.read_bytes() == content
    with pytest.raises(UsageError, match="is a file: name a folder"):
        hand_out(FIRST, target.rename(tmp_path / "thesis.txt"))


def test_without_git_it_names_the_zip(hand_out, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CourseError, match=r"git is not installed.*FILE\.zip"):
        hand_out(FIRST, tmp_path / "edition")


def test_a_lock_that_a_killed_git_left_is_named_with_the_remedy(hand_out, tmp_path):
    hand_out(FIRST, tmp_path)
    (tmp_path / ".git" / "index.lock").touch()
    with pytest.raises(
        CourseError, match=r"^git failed in [^\n]+: .*index\.lock[^\n]+delete that file and run the command again$"
    ):
        hand_out(SECOND, tmp_path)


def test_how_far_verdicts_go_is_in_the_marker_and_another_wish_is_another_edition():
    edition = Edition({"a": b"1"}, "1.2.3", NOON, "where")
    marker = publish.with_marker(edition, None)["edition.json"]
    assert json.loads(marker)["verdicts"] == "where"
    assert publish.with_marker(edition, marker)["edition.json"] == marker
    another = publish.with_marker(Edition({"a": b"1"}, "1.2.3", NOON + 9, "term"), marker)["edition.json"]
    assert json.loads(another)["verdicts"] == "term"
    assert json.loads(another)["date"] != json.loads(marker)["date"]


def test_where_students_hand_in_is_said_in_the_edition_and_another_place_is_a_new_edition(monkeypatch, tmp_path):
    for place in ("https://moodle.example/1", "https://moodle.example/2"):
        monkeypatch.setattr(publish, "collect", lambda *_, to=place: Edition(FIRST, "1.2.3", NOON, hand_in=to))
        said = publish.hand_out(None, tmp_path / "edition", ())
        assert json.loads((tmp_path / "edition" / EDITION).read_text())["hand_in"] == place
        assert "nothing has changed" not in said
