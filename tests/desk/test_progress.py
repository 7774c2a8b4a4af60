"""How far a student is: from the copies, the receipts and the edition's due dates."""

import json
import zipfile
from datetime import datetime, timezone

import pytest

from course_utils.desk.progress import due_dates, find_root, last_receipt, read_progress
from course_utils.filesystem import REPOSITORY
from tests.desk.conftest import CHECK, code, passed, text, write_notebook


def done(root):
    """Place -> what is known, and the name of what is next."""
    progress = read_progress(root)
    return {step.name: (step.is_begun, step.is_done) for step in progress.steps}, progress.next and progress.next.name


def run_chapter(root, name, *counts):
    cells = [code(f"cell {number}", count=count) for number, count in enumerate(counts)]
    write_notebook(root / f"work/chapters/{name}.ipynb", *cells)


def answer(root, points, source="my answer"):
    write_notebook(
        root / "work/gru/gru.ipynb", text("#"), code(source, "gru", 1), {**CHECK, "outputs": [passed(points)]}
    )


def hand_in(root, time, name="1"):
    folder = root / "handed_in/gru"
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / f"{name}.zip", "w") as archive:
        archive.write(root / "work/gru/gru.ipynb", "gru/gru.ipynb")
    (folder / f"{name}.json").write_text(json.dumps({"assignment": "gru", "time": time, "points": 5}))


def test_a_new_student_begins_with_the_first_chapter(course):
    progress = read_progress(course)
    assert progress.title == "Networks"
    assert [step.title for step in progress.steps] == [
        "Chapter 0: A network",
        "Chapter 1: Gates (门控循环单元)",
        "Assignment: a GRU",
        "Assignment: an essay",
    ]
    assert [step.place for step in progress.steps[1:3]] == ["work/chapters/01_gru.ipynb", "work/gru/gru.ipynb"]
    assert done(course) == (dict.fromkeys(["00_rnn", "01_gru", "gru", "essay"], (False, False)), "00_rnn")


def test_one_goes_on_with_what_was_begun_last_and_then_with_what_follows(course):
    run_chapter(course, "00_rnn", 1, None)
    assert done(course)[1] == "00_rnn"
    run_chapter(course, "01_gru", 1, None)
    assert done(course)[1] == "01_gru"  # chapter 0 may stay half done
    run_chapter(course, "01_gru", 1, 2)
    assert done(course)[1] == "gru"
    answer(course, 5)
    hand_in(course, "2026-11-30T10:00:00+00:00")
    assert done(course)[1] == "essay"


def test_what_was_left_out_comes_when_all_that_follows_is_done(course):
    (course / "release/essay/essay.ipynb").unlink()
    run_chapter(course, "01_gru", 1)
    answer(course, 5)
    hand_in(course, "2026-11-30T10:00:00+00:00")
    assert done(course)[1] == "00_rnn"
    run_chapter(course, "00_rnn", 1, 2)
    assert done(course)[1] is None


def test_what_was_handed_in_is_the_newest_and_counts_until_the_cells_change(course):
    answer(course, 3)
    hand_in(course, "2026-11-30T10:00:00Z")
    answer(course, 5, "a better answer")
    assert not last_receipt(course, "gru").is_current
    hand_in(course, "2026-11-30T12:00:00", name="0")
    receipt = last_receipt(course, "gru")
    assert receipt.time == datetime(2026, 11, 30, 12, tzinfo=timezone.utc) and receipt.is_current
    answer(course, 0, "a better answer")  # run once more: only outputs differ
    assert last_receipt(course, "gru").is_current


def test_a_cell_that_hands_in_and_an_empty_one_may_be_saved_after_the_hand_in(course):
    work = course / "work/gru/gru.ipynb"
    hand_in(course, "2026-11-30T10:00:00Z")
    handed_in = json.loads(work.read_text())["cells"]
    write_notebook(work, *handed_in, code('d2l.submit("gru")'), code(""))
    assert last_receipt(course, "gru").is_current
    write_notebook(work, *handed_in, code("more = 1"))
    assert not last_receipt(course, "gru").is_current


def test_a_file_handed_in_that_is_no_notebook_is_not_the_present_work(course):
    work = course / "work/gru/gru.ipynb"
    for cells in ("3", "[3]"):
        work.write_text(f'{{"cells": {cells}}}')
        hand_in(course, "2026-11-30T10:00:00Z")
        answer(course, 5)
        assert not last_receipt(course, "gru").is_current


@pytest.mark.parametrize("receipt", ["", "[]", "{}", '{"time": 3}', '{"time": "soon"}'])
def test_a_receipt_that_cannot_be_read_is_none(course, receipt):
    (course / "handed_in/gru").mkdir(parents=True)
    (course / "handed_in/gru/1.json").write_text(receipt)
    assert last_receipt(course, "gru") is None


def test_a_receipt_without_its_file_says_when_and_not_that_nothing_changed(course):
    hand_in(course, "2026-11-30T10:00:00Z")
    (course / "handed_in/gru/1.zip").write_bytes(b"half")
    assert not last_receipt(course, "gru").is_current
    (course / "handed_in/gru/1.zip").unlink()
    assert not last_receipt(course, "gru").is_current


def test_due_dates_are_the_edition_s_and_what_is_no_date_is_left_out(course):
    assert due_dates(course) == {}
    (course / "edition.json").write_text('{"due": {"gru": "2026-12-05T22:59:00+00:00", "essay": "soon", "x": null}}')
    assert due_dates(course) == {"gru": datetime(2026, 12, 5, 22, 59, tzinfo=timezone.utc)}
    assert read_progress(course).steps[2].due == due_dates(course)["gru"]
    for odd in ("[]", '{"due": 3}', "{"):
        (course / "edition.json").write_text(odd)
        assert due_dates(course) == {}


def test_notebooks_that_are_gone_or_broken_are_not_begun(course):
    (course / "work/chapters/00_rnn.ipynb").unlink()
    (course / "work/gru/gru.ipynb").write_text("half")
    found, following = done(course)
    assert found["00_rnn"] == found["gru"] == (False, False) and following == "00_rnn"
    assert read_progress(course).steps[0].cells == 2


def test_the_course_is_found_from_any_folder_in_it(course, tmp_path, monkeypatch):
    assert find_root(course / "work/gru") == find_root(course) == course.resolve()
    assert find_root(tmp_path) == REPOSITORY
    monkeypatch.chdir(course / "work/chapters")
    assert find_root() == course.resolve()
