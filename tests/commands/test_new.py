"""`course new` makes a folder in which `build`, `check` and `grade` work, and touches nothing that is there."""

from __future__ import annotations

import pytest

from course_utils.commands import new as command
from course_utils.commands.cli import main
from course_utils.grading.course.folder import open_course
from course_utils.grading.course.release import build


@pytest.fixture
def new(course, capfd):
    """Types the command with the toy course as the model; its exit code and what it printed."""

    def type_it(folder, model=course.root):
        code = main(["new", str(folder), "--course", str(model)])
        said = capfd.readouterr()
        return code, said.out + said.err

    return type_it


def files(folder) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("is_there", [False, True])
def test_a_new_course_has_settings_and_sources_and_builds_at_once(new, course, tmp_path, is_there):
    (course.submitted / "ada").mkdir()
    (course.source / "toy" / ".ipynb_checkpoints").mkdir()
    (course.source / "toy-bank.yaml").write_text("a bank lies beside its folder")
    target = tmp_path / "term 1"
    if is_there:
        target.mkdir()
    code, said = new(target)
    assert code == 0 and "toy" in said and f"./course build --course '{target}'" in said
    assert files(target).keys() == {
        ".gitignore", "nbgrader_config.py", "source/toy/toy.ipynb", "source/toy-bank.yaml",
    }  # fmt: skip
    assert not (target / "source" / "toy" / ".ipynb_checkpoints").exists()
    assert [path.name for path in tmp_path.iterdir() if "term" in path.name] == ["term 1"]
    assert target.stat().st_mode == course.root.stat().st_mode  # and not private, as temporary folders are
    (target / "source" / "toy-bank.yaml").unlink()
    assert build(open_course(target)) == ["toy"]


def test_the_repository_s_own_assignments_come_with_the_bank_of_the_quiz(capfd, tmp_path):
    assert main(["new", str(tmp_path / "term1")]) == 0
    assert "birnn, deep_rnn, gru, lstm, quiz, rnn" in capfd.readouterr().out
    made = files(tmp_path / "term1")
    assert "source/quiz-bank.yaml" in made and b'contains "bonus"' in made["nbgrader_config.py"]


def test_what_is_there_is_never_written_over(new, course, tmp_path, monkeypatch):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for place, why in (
        (tmp_path / "full", "is not empty"),
        (tmp_path / "file", "is not empty"),
        (".", "the folder you are in"),
        (course.source / "term", "among the assignments"),
    ):
        code, said = new(place)
        assert code == 2 and why in said
    assert files(tmp_path / "full") == {"notes.txt": b"mine"} and not (course.source / "term").exists()


def test_a_folder_that_cannot_be_written_is_named(new, tmp_path):
    (tmp_path / "file").write_text("")
    code, said = new(tmp_path / "file" / "term1")
    assert code == 1 and "cannot be written to" in said


def test_git_leaves_out_what_grading_makes_and_keeps_source():
    assert {"/submitted/", "/autograded/", "/feedback/", "gradebook.db*"} <= set(command.IGNORED.split())
    assert "source" not in command.IGNORED
