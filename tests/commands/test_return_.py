"""`course return` names everybody who gets no grade, by name."""

from __future__ import annotations

from pathlib import Path

from course_utils.commands.cli import main
from course_utils.commands.return_ import lines
from course_utils.grading.platforms.give_back import Returned
from course_utils.grading.platforms.roster import Person, Roster


def test_who_gets_no_grade_is_named():
    done = Returned("moodle", [Path("grades.csv")], ["ada"], ["bo"], {"cleo": "toy.ipynb is empty"}, {"ada": "is odd"})
    done.without_page = ["bo", "eve"]
    said = lines(done, Roster({"bo": Person("bo", "Bo", "Li")}))
    assert said == [
        "1 graded, for moodle",
        "needs manual grading, without grade and feedback: Bo Li (bo)",
        "not graded, without grade and feedback: cleo: toy.ipynb is empty",
        "left out: ada is odd",
        "without a page in feedback.zip, as these did not come from Moodle and have no name to go back under (the "
        "grades are in grades.csv): Bo Li (bo), eve",
        "grades.csv",
    ]


def test_an_assignment_that_was_never_graded_has_nothing_to_return(course, capsys):
    assert main(["return", "toy", "--course", str(course.root)]) == 1
    assert "toy has not been graded yet; run: ./course grade toy" in capsys.readouterr().err
