"""The sentences of a student's progress, in a terminal and in a notebook."""

from datetime import datetime, timezone

from rich.cells import cell_len

import course_utils
from course_utils.desk.notebook_facts import Score
from course_utils.desk.progress import Assignment, Chapter, Progress, Receipt
from course_utils.desk.status import facts, go_on, in_text, local, state, status

TIME = datetime(2026, 11, 30, 12, tzinfo=timezone.utc)
WORKED = Score(3.5, 12, 0, 2, 3, True)


def assignment(score, receipt=None, due=None):
    return Assignment("gru", "Assignment: a GRU", "work/gru/gru.ipynb", score, receipt, due)


def chapter(run):
    return Chapter("00_rnn", "Chapter 0: A network", "work/chapters/00_rnn.ipynb", 4, run)


def test_a_chapter_says_how_many_of_its_cells_were_run():
    assert [facts(chapter(run)) for run in (0, 3, 4)] == [
        ["not begun"],
        ["3 of 4 cells were run"],
        ["all 4 cells were run"],
    ]
    assert [state(chapter(run)) for run in (0, 3, 4)] == ["not begun", "begun", "done"]


def test_an_assignment_says_points_answers_and_what_was_handed_in():
    worked = ["checks, when last run: 3.5 of 12 points", "2 of 3 questions are answered"]
    assert facts(assignment(Score(0, 12, 0, 0, 3))) == ["not begun"]
    assert facts(assignment(WORKED)) == [*worked, "not handed in"]
    assert facts(assignment(WORKED, Receipt(TIME, True))) == [*worked, f"handed in: {local(TIME)}"]
    changed = facts(assignment(WORKED, Receipt(TIME, False), due=TIME))
    assert changed == [*worked, f"handed in: {local(TIME)}, and changed since", f"due: {local(TIME)}"]
    bonus = facts(assignment(Score(12, 12, 2, 0, 0, True)))
    assert bonus[0] == "checks, when last run: 12 of 12 points, and 2 as a bonus"


def test_the_terminal_has_lines_of_at_most_80_columns_of_wide_letters_too(tmp_path):
    long = Chapter("x", "Chapter 9: " + "深度循环神经网络" * 9, "work/chapters/x.ipynb", 4, 1)
    steps = (long, assignment(WORKED, Receipt(TIME, False), due=TIME))
    said = in_text(Progress(tmp_path, "Networks", steps))
    assert max(map(cell_len, said.splitlines())) <= 80
    assert (
        "◐ Chapter 9: 深度" in said and "2 of 3 questions are answered" in said and "Go on: Assignment: a GRU" in said
    )


def test_all_done_is_said(tmp_path):
    progress = Progress(tmp_path, "Networks", (chapter(4), assignment(WORKED, Receipt(TIME, True))))
    assert go_on(progress) == "All chapters are run and all assignments are handed in"
    assert go_on(Progress(tmp_path, "Networks")) == "There are no chapters and no assignments in this folder"


def test_a_notebook_shows_it_as_html_in_which_titles_are_text(course):
    shown = course_utils.status(course)
    assert str(shown) == str(status(course / "work")) and "Chapter 1: Gates" in str(shown)
    (course / "README.md").write_text("# <b>Networks</b>\n")
    assert "&lt;b&gt;Networks" in course_utils.status(course)._repr_html_()
