"""Chapters and assignments are handed out once, as copies, and what they were copied from is kept."""

import json
import os

import pytest

from course_utils.desk import copies
from course_utils.desk.copies import RECORD, base_of, digest, edition_files, hand_out, outdated, read_record
from course_utils.filesystem import REPOSITORY
from course_utils.links import in_work, redirect
from course_utils.translation import speaking


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.fixture
def course(tmp_path):
    """Two chapters with a picture, two assignments, and files that nobody hands out."""
    for place in ("notebooks/00_rnn.ipynb", "notebooks/01_gru.ipynb", "notebooks/images/gru.svg"):
        write(tmp_path / place, f"text of {place}")
    for place in ("release/gru/gru.ipynb", "release/quiz/quiz.ipynb", "release/quiz/questions.json"):
        write(tmp_path / place, f"text of {place}")
    for stray in (
        "notebooks/predictions.json",
        "notebooks/.ipynb_checkpoints/x.ipynb",
        "release/gru/.ipynb_checkpoints/g",
    ):
        write(tmp_path / stray, "stray")
    return tmp_path


def copied(root):
    """Place -> text, of all that a student sees in work/."""
    files = [path for path in (root / "work").rglob("*") if path.is_file()]
    places = {path.relative_to(root / "work").as_posix(): path for path in files}
    return {place: path.read_text() for place, path in sorted(places.items()) if "/." not in f"/{place}"}


ALL = {
    "chapters/00_rnn.ipynb": "text of notebooks/00_rnn.ipynb",
    "chapters/01_gru.ipynb": "text of notebooks/01_gru.ipynb",
    "chapters/images/gru.svg": "text of notebooks/images/gru.svg",
    "gru/gru.ipynb": "text of release/gru/gru.ipynb",
    "quiz/questions.json": "text of release/quiz/questions.json",
    "quiz/quiz.ipynb": "text of release/quiz/quiz.ipynb",
}


def test_chapters_and_assignments_are_copied_once_and_their_bases_are_recorded(course):
    assert hand_out(course) == ["chapters", "gru", "quiz"]
    assert copied(course) == ALL
    work = course / "work"
    assert read_record(work) == {place: digest((work / place).read_bytes()) for place in ALL}
    assert {place: base_of(work, place).read_text() for place in ALL} == ALL
    assert hand_out(course) == []


def test_nothing_that_a_student_has_is_overwritten_and_only_what_is_missing_comes(course):
    hand_out(course)
    work = course / "work"
    write(work / "chapters/00_rnn.ipynb", "read, with my notes")
    write(work / "gru/gru.ipynb", "my answer")
    (work / "quiz/questions.json").unlink()  # an assignment that was begun is the student's, with all that it lacks
    write(course / "notebooks/00_rnn.ipynb", "corrected")
    write(course / "notebooks/02_lstm.ipynb", "a new chapter")
    write(course / "release/lstm/lstm.ipynb", "a new assignment")
    before = read_record(work)
    assert hand_out(course) == ["chapters", "lstm"]
    new = {"chapters/02_lstm.ipynb": "a new chapter", "lstm/lstm.ipynb": "a new assignment"}
    mine = {"chapters/00_rnn.ipynb": "read, with my notes", "gru/gru.ipynb": "my answer"}
    expected = ALL | mine | new
    del expected["quiz/questions.json"]
    assert copied(course) == expected
    assert read_record(work) == before | {place: digest((work / place).read_bytes()) for place in new}
    assert base_of(work, "chapters/00_rnn.ipynb").read_text() == ALL["chapters/00_rnn.ipynb"]


def test_a_folder_that_was_renamed_comes_again_with_the_text_of_today(course):
    hand_out(course)
    os.rename(course / "work/gru", course / "work/gru-first")
    write(course / "release/gru/gru.ipynb", "corrected")
    assert hand_out(course) == ["gru"]
    assert copied(course)["gru/gru.ipynb"] == base_of(course / "work", "gru/gru.ipynb").read_text() == "corrected"
    assert copied(course)["gru-first/gru.ipynb"] == ALL["gru/gru.ipynb"]


def test_copies_from_before_there_was_a_record_are_recorded_only_when_they_are_the_edition_s(course):
    write(course / "work/gru/gru.ipynb", "an answer to who knows what")
    write(course / "work/quiz/quiz.ipynb", ALL["quiz/quiz.ipynb"])
    assert hand_out(course) == ["chapters"]
    assert read_record(course / "work").keys() == ALL.keys() - {"gru/gru.ipynb", "quiz/questions.json"}


@pytest.mark.parametrize("step", range(15))
def test_a_kill_at_any_write_leaves_no_half_file_and_no_copy_that_is_unknown(course, monkeypatch, step):
    replace, left = os.replace, [step]

    def killed(*names):
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        replace(*names)

    monkeypatch.setattr(copies.os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        hand_out(course)
    monkeypatch.undo()
    there = copied(course)
    assert there.items() <= ALL.items()
    assert there.keys() <= read_record(course / "work").keys()
    hand_out(course)
    assert copied(course) == ALL and not list((course / "work").rglob("*.part"))


def test_a_record_that_cannot_be_read_is_none(course):
    for text in ("{", "[]", '{"files": 3}'):
        write(course / "work" / RECORD, text)
        assert read_record(course / "work") == {}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_copies_of_files_that_nobody_may_write_can_be_written(course):
    (course / "release/gru/gru.ipynb").chmod(0o444)
    hand_out(course)
    assert os.stat(course / "work/gru/gru.ipynb").st_mode & 0o200


def test_a_chapter_comes_with_its_outputs_and_without_the_numbers_of_its_runs(course):
    for place, path in edition_files(REPOSITORY).items():
        if place == "chapters/05_quiz.ipynb":
            (course / "notebooks/05_quiz.ipynb").write_bytes(path.read_bytes())
    hand_out(course)
    original = json.loads((course / "notebooks/05_quiz.ipynb").read_text("utf-8"))
    copy = json.loads((course / "work/chapters/05_quiz.ipynb").read_text("utf-8"))
    assert {cell.get("execution_count") for cell in copy["cells"]} == {None}
    assert any(cell.get("outputs") for cell in copy["cells"])
    redirect(original, "notebooks/05_quiz.ipynb", in_work)
    for notebook in (original, copy):
        for cell in notebook["cells"]:
            cell.pop("execution_count", None)
            for output in cell.get("outputs", []):
                output.pop("execution_count", None)
    assert copy == original


def test_the_chinese_chapters_are_handed_out_beside_the_english_ones_whatever_is_spoken(course):
    hand_out(course)
    for place in ("notebooks/zh/00_rnn.ipynb", "notebooks/zh/images/gru.svg"):
        write(course / place, f"text of {place}")
    assert hand_out(course) == ["chapters"]
    with speaking("zh"):
        assert hand_out(course) == outdated(course) == []
    places = copied(course)
    assert places["chapters/zh/00_rnn.ipynb"] == "text of notebooks/zh/00_rnn.ipynb"
    assert places["chapters/zh/images/gru.svg"] == "text of notebooks/zh/images/gru.svg"
    assert places["chapters/00_rnn.ipynb"] == "text of notebooks/00_rnn.ipynb"
