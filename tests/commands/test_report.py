"""`course report` as it is typed: with and without an assignment, with names and without."""

from __future__ import annotations

import pytest

from course_utils.commands.cli import main
from course_utils.grading.class_run.run import grade
from course_utils.grading.course.release import build


@pytest.fixture(scope="module")
def graded(the_sandbox, new_course, hand_in, tmp_path_factory):
    course = new_course(tmp_path_factory.mktemp("graded") / "a course")
    build(course)
    hand_in(course, "ada")
    hand_in(course, "bo", "return x")
    grade(course, "toy", workers=1)
    with course.gradebook() as gradebook:
        gradebook.update_or_create_student("ada", first_name="Ada", last_name="Lovelace")
        gradebook.add_student("cy", first_name="Cy", last_name="Young")
    return course


def said(course, capfd, *words):
    code = main(["report", *words, "--course", str(course.root)])
    output = capfd.readouterr()
    return code, output.out + output.err


def test_an_assignment_s_report_has_names_and_who_did_not_hand_in(graded, capfd):
    code, text = said(graded, capfd, "toy")
    assert code == 0 and "ada  Ada Lovelace" in text and "1 more did not hand in" in text
    assert "Cy Young" in (graded.reports / "toy.html").read_text(encoding="utf-8")


def test_without_an_assignment_the_report_is_of_the_course(graded, capfd):
    code, text = said(graded, capfd)
    first = [line.split()[0] for line in text.splitlines() if line.split()]
    assert code == 0 and [word for word in first if word in ("ada", "bo", "cy")] == ["cy", "bo", "ada"]
    assert (graded.reports / "overview.csv").is_file() and "not handed in: toy" in text


@pytest.mark.parametrize("words", [[], ["toy"]], ids=["the course", "an assignment"])
def test_an_anonymous_report_names_nobody_on_the_screen_and_in_its_folder(graded, capfd, words):
    code, text = said(graded, capfd, *words, "--anonymous")
    files = [path.read_text(encoding="utf-8") for path in (graded.reports / "anonymous").iterdir()]
    assert code == 0 and files
    for shown in (text.split(str(graded.root))[0], *files):
        assert not any(name in shown for name in ("Ada", "Lovelace", "ada ", ">ada<", ",ada,", "Young", ">cy<"))


def test_what_is_not_there_is_wrong_usage(graded, course, capfd):
    assert said(graded, capfd, "gru")[0] == 2
    code, text = said(course, capfd)
    assert code == 1 and "nothing has been graded yet" in text
