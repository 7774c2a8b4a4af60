"""`course status` says in the terminal how far a student is."""

from course_utils.commands.cli import main
from tests.desk.conftest import course  # noqa: F401  (the fixture)


def test_the_progress_is_printed(course, capsys):  # noqa: F811
    assert main(["status", "--course", str(course)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "Go on: Chapter 0: A network"


def test_a_folder_that_is_none_is_said(tmp_path, capsys):
    assert main(["status", "--course", str(tmp_path / "none")]) == 2
    assert "none is no folder" in capsys.readouterr().err
