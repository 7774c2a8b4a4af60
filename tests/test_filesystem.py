"""Folders and files are replaced as a whole, or not at all."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from course_utils import filesystem
from course_utils.filesystem import (
    REPOSITORY,
    command_line,
    folder_names,
    is_student_edition,
    put_tools_on_path,
    remove_folder,
    replace_folder,
    workspace,
    write_atomically,
)


def test_a_command_line_names_the_course_unless_it_is_this_repository(tmp_path):
    assert command_line("grade gru", REPOSITORY) == "./course grade gru"
    assert command_line("grade gru", tmp_path / "my term") == f"./course grade gru --course '{tmp_path}/my term'"


def a_folder(path, **texts):
    path.mkdir(parents=True)
    for name, text in texts.items():
        (path / name).write_text(text)
    return path


def contents(folder):
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_the_repository_is_the_folder_of_the_script():
    assert (REPOSITORY / "course").is_file()


def test_the_programs_beside_this_python_are_found_first_and_named_once(monkeypatch):
    monkeypatch.setenv("PATH", "/elsewhere")
    put_tools_on_path()
    put_tools_on_path()
    assert os.environ["PATH"] == os.pathsep.join([str(Path(sys.executable).parent), "/elsewhere"])


def test_names_of_folders_are_sorted_without_files_and_hidden_ones(tmp_path):
    for name in ("lstm", "gru", ".git", "_build"):
        (tmp_path / name).mkdir()
    (tmp_path / "file").touch()
    assert folder_names(tmp_path) == ["gru", "lstm"]
    assert folder_names(tmp_path, hidden=".") == ["_build", "gru", "lstm"]
    assert folder_names(tmp_path / "missing") == []


def test_a_workspace_is_gone_afterwards_whatever_is_in_it():
    with pytest.raises(ZeroDivisionError), workspace() as folder:
        a_folder(folder / "deep", file="x")
        (folder / "deep" / "file").chmod(0o400)
        raise ZeroDivisionError
    assert not folder.exists()


def test_a_folder_that_is_not_there_is_removed_without_a_word(tmp_path):
    remove_folder(tmp_path / "missing")
    remove_folder(a_folder(tmp_path / "there", file="x"))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_replaced_and_the_one_it_was_made_of_stays(tmp_path):
    made, target = a_folder(tmp_path / "made", file="new"), a_folder(tmp_path / "target", file="old", more="old")
    replace_folder(made, target)
    assert contents(target) == contents(made) == {"file": "new"}
    replace_folder(made, tmp_path / "further" / "down")
    assert contents(tmp_path / "further" / "down") == {"file": "new"}
    assert folder_names(tmp_path, hidden="") == ["further", "made", "target"]


def test_a_copy_that_fails_leaves_the_old_folder(tmp_path, monkeypatch):
    made, target = a_folder(tmp_path / "made", file="new"), a_folder(tmp_path / "target", file="old")

    def failing(source, destination):
        Path(destination).mkdir()
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(filesystem.shutil, "copytree", failing)
        with pytest.raises(OSError, match="No space"):
            replace_folder(made, target)
    assert contents(target) == {"file": "old"}
    replace_folder(made, target)  # what was left behind is in nobody's way
    assert contents(target) == {"file": "new"} and folder_names(tmp_path, hidden="") == ["made", "target"]


def test_a_kill_between_the_two_moves_is_healed_by_the_next_call(tmp_path):
    made, target = a_folder(tmp_path / "made", file="new"), a_folder(tmp_path / "target", file="old")
    shutil.move(target, tmp_path / ".target.old")
    replace_folder(made, target)
    assert contents(target) == {"file": "new"} and folder_names(tmp_path, hidden="") == ["made", "target"]


def test_a_file_is_written_whole_with_its_line_ends_and_without_leftovers(tmp_path):
    write_atomically(tmp_path / "new" / "file.txt", "一\r\n二\n")
    assert (tmp_path / "new" / "file.txt").read_bytes() == "一\r\n二\n".encode()
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["file.txt"]


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("old")
    monkeypatch.setattr(filesystem.os, "replace", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_atomically(tmp_path / "file", "new")
    assert (tmp_path / "file").read_text() == "old"


def test_what_is_no_character_becomes_a_question_mark(tmp_path):
    write_atomically(tmp_path / "file", "name \udcff")
    assert (tmp_path / "file").read_bytes() == b"name ?"


def test_a_student_edition_says_what_it_is_made_of_and_has_no_source(tmp_path):
    assert not is_student_edition(tmp_path) and not is_student_edition()
    (tmp_path / filesystem.EDITION).touch()
    assert is_student_edition(tmp_path)
    (tmp_path / "source").mkdir()
    assert not is_student_edition(tmp_path)
