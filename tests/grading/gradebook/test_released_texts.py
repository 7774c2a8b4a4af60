"""An assignment's earlier texts are remembered; that they are nobody's answer is tried on a class in test_kept.py."""

from __future__ import annotations

from course_utils.grading.course.assignment_spec import CellSpec, NotebookSpec
from course_utils.grading.gradebook.journal import lines_of
from course_utils.grading.gradebook.records import journal_path
from course_utils.grading.gradebook.released_texts import NOBODY, remember_texts, with_earlier_texts

CELL = CellSpec("a", "markdown", "A locked text.", "", True, False, False, False, None)


def spec(*others):
    return NotebookSpec("toy", {}, (CELL,), others)


def test_earlier_texts_stand_beside_those_of_now(course):
    remember_texts(course, "toy", [spec("The frist sentence.")])
    remember_texts(course, "toy", [spec("The first sentence.", "")])
    found = with_earlier_texts(course, "toy", {"toy": spec("now"), "other": spec("now")})
    assert set(found["toy"].others) == {"now", "The frist sentence.", "The first sentence.", "A locked text."}
    assert found["other"].others == ("now",)


def test_what_is_known_is_not_written_again(course):
    for _ in range(3):
        remember_texts(course, "toy", [spec("The first sentence.")])
    assert len(lines_of(journal_path(course.root, "toy"), NOBODY)) == 1
