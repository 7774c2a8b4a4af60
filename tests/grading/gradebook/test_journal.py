"""A journal only grows, and what a kill has cut off costs nothing else."""

from __future__ import annotations

import pytest

from course_utils.grading.gradebook.journal import append, lines_of, students_in


@pytest.fixture
def path(tmp_path):
    return tmp_path / "records" / "toy.jsonl"


def test_lines_come_back_by_student_in_their_order(path):
    append(path, {"student": "王", "n": 1}, {"student": "ada", "n": 2})
    append(path, {"student": "王", "n": 3})
    assert [line["n"] for line in lines_of(path, "王")] == [1, 3]
    assert students_in(path) == ["王", "ada"] and lines_of(path, "nobody") == []


@pytest.mark.parametrize("cut", [1, 5, 20])
def test_a_line_that_a_kill_has_cut_off_is_skipped_and_the_next_one_is_whole(path, cut):
    append(path, {"student": "ada", "n": 1}, {"student": "ada", "n": 2})
    path.write_bytes(path.read_bytes()[:-cut])
    assert [line["n"] for line in lines_of(path, "ada")] == [1]
    append(path, {"student": "ada", "n": 3})
    # without its end of line alone, the line was whole
    assert [line["n"] for line in lines_of(path, "ada")] == ([1, 2, 3] if cut == 1 else [1, 3])


def test_what_is_no_line_of_a_journal_is_left_out(path):
    append(path, {"student": "ada", "n": 1})
    with path.open("a", encoding="utf-8") as file:
        file.write('[]\n"text"\n{"student": 3}\n{"n": 4}\n\n')
    assert lines_of(path, "ada") == [{"student": "ada", "n": 1}] and students_in(path) == ["ada"]


def test_a_file_that_another_process_has_replaced_is_read_from_its_beginning(path):
    append(path, {"student": "ada", "n": 1}, {"student": "bo", "n": 2})
    assert students_in(path) == ["ada", "bo"]
    new = path.with_suffix(".new")
    append(new, {"student": "cy", "n": 1})
    new.replace(path)
    assert students_in(path) == ["cy"]


def test_without_a_file_there_is_nobody(path):
    assert students_in(path) == [] and lines_of(path, "ada") == []
