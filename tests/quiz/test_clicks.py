"""Clicks are kept in one file, whole at any moment, and nothing that stood in it is lost silently."""

from __future__ import annotations

import json
import os
import sys

import pytest

from course_utils.quiz.answers import LARGEST
from course_utils.quiz.clicks import read_clicks, save_click


@pytest.fixture
def path(tmp_path):
    return tmp_path / "quiz_answers.json"


def test_there_is_no_file_before_the_first_click(path):
    assert read_clicks(path) is None


def test_a_click_is_kept_under_its_questions_name(path):
    assert save_click(path, "q1", 2) is None
    assert json.loads(path.read_text()) == {"q1": 2}
    assert os.listdir(path.parent) == [path.name]


def test_the_last_click_on_a_question_stays_and_the_others_with_it(path):
    for question, choice in (("q1", 2), ("q2", 3), ("q1", 4)):
        save_click(path, question, choice)
    assert json.loads(read_clicks(path)) == {"q1": 4, "q2": 3}


def test_what_else_the_object_holds_stays(path):
    path.write_text('{"note": [1.5, null], "q2": "3"}')
    assert save_click(path, "q1", 2) is None
    assert json.loads(path.read_text()) == {"note": [1.5, None], "q2": "3", "q1": 2}


@pytest.mark.parametrize("content", [b"", b"{broken", b"[1]", b"\xff", b"x" * (LARGEST + 1)],
                         ids=["empty", "broken", "list", "bytes", "huge"])  # fmt: skip
def test_a_broken_file_is_put_aside_as_it_was(path, content):
    path.write_bytes(content)
    aside = save_click(path, "q1", 2)
    assert aside.read_bytes() == content
    assert json.loads(path.read_text()) == {"q1": 2}


def test_a_second_broken_file_does_not_take_the_place_of_the_first(path):
    kept = []
    for content in (b"{first", b"{second"):
        path.write_bytes(content)
        kept.append(save_click(path, "q1", 2))
    assert [place.read_bytes() for place in kept] == [b"{first", b"{second"]


def test_a_kill_while_writing_leaves_the_old_file_whole(path, monkeypatch):
    save_click(path, "q1", 2)
    before = path.read_bytes()

    def killed(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        save_click(path, "q1", 3)
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == [path.name]


def test_a_folder_in_its_place_is_an_error_that_can_be_reported(path):
    path.mkdir()
    with pytest.raises(OSError):
        save_click(path, "q1", 2)


def test_of_a_huge_file_only_enough_is_read_to_know_that(path):
    with open(path, "wb") as file:
        file.truncate(10 * LARGEST)
    assert len(read_clicks(path)) == LARGEST + 1


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs a user whom permissions bind")
def test_a_folder_that_cannot_be_written_is_an_error_and_the_file_stays(path):
    save_click(path, "q1", 2)
    path.parent.chmod(0o500)
    try:
        with pytest.raises(OSError):
            save_click(path, "q1", 3)
    finally:
        path.parent.chmod(0o700)
    assert json.loads(path.read_text()) == {"q1": 2}
