"""`course extend` as it is typed: what it prints, what it refuses, and its exit codes."""

from __future__ import annotations

from datetime import datetime

import pytest

from course_utils.commands.cli import main
from course_utils.grading.gradebook.backups import backups


@pytest.fixture
def extend(course, capfd):
    """Types the command in a course whose assignment is due; its exit code and what it printed."""
    with course.gradebook() as gradebook:
        gradebook.add_assignment("toy", duedate=datetime(2026, 12, 1, 23, 59))
    path = course.submitted / "ada" / "toy"
    path.mkdir(parents=True)
    (path / "timestamp.txt").write_text("2026-12-03 12:00:05 UTC")
    (course.submitted / "bo").mkdir()

    def type_it(*words):
        code = main(["extend", "toy", *words, "--course", str(course.root)])
        said = capfd.readouterr()
        return code, said.out + said.err

    return type_it


def test_an_extension_says_the_new_due_date_and_whether_it_is_enough(extend, course):
    assert extend("ada", "--days", "1") == (
        0,
        "ada: due 2026-12-02 23:59 UTC, 1 day later; handed in 2026-12-03 12:00:05 UTC, 12 h 1 min late; "
        f"./course grade toy --course '{course.root}' applies it\n",
    )
    assert "2026-12-04 00:00 UTC, 2 days 1 min later" in extend("ada", "--until", "2026-12-04 08:00 +0800")[1]


def test_without_a_student_all_extensions_are_listed(extend):
    assert extend() == (0, "toy is due 2026-12-01 23:59 UTC; no extensions\n")
    extend("bo", "--days", "0.5")
    assert extend() == (
        0,
        "toy is due 2026-12-01 23:59 UTC; 1 extension\nbo: due 2026-12-02 11:59 UTC, 12 h later\n",
    )
    assert extend("bo", "--remove")[1].startswith("bo: toy is due 2026-12-01 23:59 UTC again, as for everybody")


@pytest.mark.parametrize(
    "words, message",
    [
        (["--days", "3"], "whose extension?"),
        (["ada", "--remove", "--days", "3"], "--remove goes with neither"),
        (["ada"], "expected either --days N or --until TIME"),
        (["ada", "--days", "three"], "Invalid value for '--days'"),
        (["cy", "--days", "3"], "no student is named 'cy'; known: ada, bo"),
    ],
)
def test_words_that_do_not_go_together_are_wrong_usage(extend, words, message):
    code, said = extend(*words)
    assert code == 2 and message in said and "Traceback" not in said


def test_only_a_call_that_writes_makes_a_copy(extend, course):
    for words in (["ada", "--until", "2026-11-01 08:00 UTC"], ["ada", "--remove"], ["zoe", "--days", "1"]):
        assert extend(*words)[0] == 2 and backups(course) == []
    for count, words in enumerate((["ada", "--days", "1"], ["ada", "--remove"]), 1):
        assert extend(*words)[0] == 0 and len(backups(course)) == count
