"""`course similar` as it is typed: pairs, what they share, and that it is no proof."""

from __future__ import annotations

from course_utils.commands.cli import main
from tests.grading.gradebook.test_similar import ESSAYS, write


def said(course, capfd):
    code = main(["similar", "toy", "--course", str(course.root)])
    output = capfd.readouterr()
    return code, output.out + output.err


def test_a_pair_is_shown_with_its_words_and_as_a_hint(course, capfd):
    for student, why in {**ESSAYS, "zed": ESSAYS["ada"]}.items():
        write(course.autograded / student / "toy" / "toy.ipynb", "def double(x):\n    return x + x", why)
        (course.submitted / student / "toy").mkdir(parents=True)
    with course.gradebook() as gradebook:
        gradebook.add_student("ada", first_name="Ada", last_name="Lovelace")
    code, text = said(course, capfd)
    lines = text.splitlines()
    assert code == 0 and lines[0] == "toy: 1 pair of 7 students with near-copies"
    (shared,) = (line for line in lines if "of 7 answers: " in line)
    assert "ada Ada Lovelace and zed" in lines and "before the matrix mixes them" in shared
    assert "This is a hint and no proof" in text and "How it was found" in text


def test_without_graded_submissions_it_says_what_to_run(course, capfd):
    code, text = said(course, capfd)
    assert code == 1 and "no submission of toy is graded yet; run: ./course grade toy" in text


def test_without_a_pair_it_says_what_was_compared(course, capfd):
    write(course.autograded / "ada" / "toy" / "toy.ipynb", "def double(x):\n    return 2 * x", ESSAYS["ada"])
    (course.submitted / "ada" / "toy").mkdir(parents=True)
    code, text = said(course, capfd)
    assert code == 0 and "0 pairs of 1 students" in text and "no proof" not in text and "How it was found" in text
