"""`course collect` says who came, who did not, and which files it does not understand."""

from __future__ import annotations

import zipfile

from course_utils.commands.cli import main
from course_utils.grading.course.lock import writing


def test_it_says_what_became_of_a_zip(course, capsys):
    (course.root / "list.csv").write_text("id,name\nada,Ada Lovelace\nbo,Bo Li\n", encoding="utf-8")
    assert main(["roster", str(course.root / "list.csv"), "--course", str(course.root)]) == 0
    with zipfile.ZipFile(course.root / "all.zip", "w") as archive:
        archive.writestr("Ada Lovelace_7_assignsubmission_file/toy.ipynb", "{}")
    words = ["collect", "toy", str(course.root / "all.zip"), "--course", str(course.root)]
    assert main(words) == 0
    said = capsys.readouterr().out
    assert "1 in the zip: 1 new, 0 changed, 0 as before" in said and "handed in nothing so far (1): bo" in said
    with zipfile.ZipFile(course.root / "all.zip", "a") as archive:
        archive.writestr("Eve_8_assignsubmission_file/toy.ipynb", "{}")
    assert main(words) == 1
    said = capsys.readouterr()
    assert "nobody in the roster has the name Eve" in said.out and "named above" in said.err


def test_an_unknown_zone_is_refused_before_anything_is_written(course, capsys):
    assert main(["collect", "toy", "all.zip", "--zone", "Vienna", "--course", str(course.root)]) == 1
    said = capsys.readouterr().err
    assert "no time zone is called 'Vienna'; expected the platform's --zone, such as Europe/Vienna" in said


def test_it_writes_nothing_while_another_command_writes(course, capsys):
    with zipfile.ZipFile(course.root / "all.zip", "w") as archive:
        archive.writestr("x_90125_51_toy.ipynb", "{}")
    with writing(course, "./course grade toy"):
        assert main(["collect", "toy", str(course.root / "all.zip"), "--course", str(course.root)]) == 1
    assert "`./course grade toy` has been running since" in capsys.readouterr().err
    assert not list(course.submitted.glob("*/toy"))
