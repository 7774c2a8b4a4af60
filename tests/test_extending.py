"""docs/extending.md is followed from top to bottom in a copy of the course, as a reader would."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils.filesystem import REPOSITORY

PAGE = REPOSITORY / "docs" / "extending.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NEW = "# new file: "


def blocks(text: str) -> list[tuple[str, str]]:
    """The fenced blocks of a page: (language, text)."""
    return BLOCK.findall(text)


def agrees(printed: str, shown: str) -> bool:
    """Whether a program printed what the page shows, where `…` stands for anything."""
    pattern = ".*".join(map(re.escape, shown.strip().split("…")))
    return re.fullmatch(pattern, printed.strip(), re.DOTALL) is not None


class Reader:
    """Follows a page in a folder: `printed` is what the last program wrote."""

    def __init__(self, root: Path) -> None:
        self.root, self.printed = root, ""

    def follow(self, language: str, text: str) -> None:
        """Does what a block says. Raises AssertionError where that cannot be done, or something else comes out."""
        {"diff": self.change, "python": self.python, "console": self.console, "text": self.compare}[language](text)

    def change(self, text: str) -> None:
        """`--- FILE`, then lines to find, to take away and to put in; they must fit one place."""
        head, *lines = text.splitlines()
        path = self.root / head.removeprefix("--- ")
        before = "".join(f"{line[1:]}\n" for line in lines if line[:1] in " -")
        after = "".join(f"{line[1:]}\n" for line in lines if line[:1] in " +")
        old = path.read_text(encoding="utf-8")
        assert before and old.count(before) == 1, f"{path}: this place is there {old.count(before)} times:\n{before}"
        path.write_text(old.replace(before, after), encoding="utf-8")

    def python(self, text: str) -> None:
        """A file to be written, or a program to be run."""
        if text.startswith(NEW):
            head, _, content = text.partition("\n")
            path = self.root / head.removeprefix(NEW)
            assert not path.exists(), f"{path} is there already"
            path.write_text(content, encoding="utf-8")
        else:
            self.run("-c", text)

    def console(self, text: str) -> None:
        """Commands, each with what it prints."""
        for command in text.split("$ ./course ")[1:]:
            words, _, shown = command.partition("\n")
            self.run("-m", "course_utils", *words.split())
            self.compare(shown)

    def compare(self, text: str) -> None:
        """What the last program printed is this."""
        assert agrees(self.printed, text), f"printed:\n{self.printed}\nin the page:\n{text}"

    def run(self, *arguments: str) -> None:
        """Runs Python in the folder, with the folder's own copy of the package."""
        run = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root,
            env=os.environ | {"PYTHONPATH": str(self.root), "COLUMNS": "200"},
            capture_output=True,
            text=True,
        )
        assert run.returncode == 0, run.stdout + run.stderr
        self.printed = run.stdout


@pytest.fixture
def reader(tmp_path) -> Reader:
    root = tmp_path / "course"
    ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for name in ("course_utils", "source"):
        shutil.copytree(REPOSITORY / name, root / name, ignore=ignored)
    for name in ("course", "nbgrader_config.py"):
        shutil.copy(REPOSITORY / name, root)
    return Reader(root)


def test_a_reader_who_follows_the_page_gets_what_it_shows(reader, needs):
    needs("bwrap")  # a submission is graded
    for language, text in blocks(PAGE.read_text(encoding="utf-8")):
        reader.follow(language, text)


def test_a_change_whose_place_is_gone_or_there_twice_is_an_error(reader):
    (reader.root / "a.txt").write_text("one\ntwo\none\n")
    for line in (" three", " one"):
        with pytest.raises(AssertionError, match=r"this place is there \d times"):
            reader.follow("diff", f"--- a.txt\n{line}\n+more\n")
    reader.follow("diff", "--- a.txt\n two\n+more\n")
    assert (reader.root / "a.txt").read_text() == "one\ntwo\nmore\none\n"


def test_another_output_than_the_page_shows_is_an_error(reader):
    reader.follow("python", "print('42 mistakes')")
    reader.follow("text", "… mistakes\n")
    with pytest.raises(AssertionError, match="in the page"):
        reader.follow("text", "… faults\n")


def test_a_program_that_fails_is_an_error(reader):
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        reader.follow("python", "1 / 0")
    with pytest.raises(AssertionError, match="No such command"):
        reader.follow("console", "$ ./course nosuch\nfine\n")
