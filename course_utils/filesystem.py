"""Folders and files, each made, replaced or written in one step."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
EDITION = "edition.json"  # what a student edition is made of; only such an edition has it
CHAPTERS = "chapters"  # a student's copies of the chapters, in work/; so no assignment is named like that


def is_student_edition(root: Path = REPOSITORY) -> bool:
    """Whether the folder is what students get: it says what it is made of, and has no solutions."""
    return (root / EDITION).exists() and not (root / "source").exists()


def command_line(words: str, course: Path) -> str:
    """How to run a command on a course, such as "./course grade gru", with --course for another than this one."""
    return f"./course {words}" + ("" if course == REPOSITORY else f" --course {shlex.quote(str(course))}")


def put_tools_on_path() -> None:
    """Let subprocesses find the programs beside this Python: nbgrader starts `alembic` to make a gradebook."""
    tools = str(Path(sys.executable).parent)
    path = os.environ.get("PATH", "").split(os.pathsep)
    if path[0] != tools:
        os.environ["PATH"] = os.pathsep.join([tools, *path])


def folder_names(folder: Path, hidden: str = "._") -> list[str]:
    """The sorted names of the folders inside, without those that begin with a character of `hidden`.

    The list is empty when the folder itself does not exist.
    """
    if not folder.is_dir():
        return []
    return sorted(path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith(tuple(hidden)))


@contextlib.contextmanager
def workspace() -> Iterator[Path]:
    """A temporary folder that is removed afterwards, with the read-only files that nbgrader leaves in it."""
    path = Path(tempfile.mkdtemp(prefix="course-")).resolve()
    try:
        yield path
    finally:
        remove_folder(path)


def remove_folder(path: Path) -> None:
    """Remove a folder with everything in it, if it exists; on Windows read-only files are made writable first."""
    if not path.exists():
        return
    if os.name == "nt":
        for file in path.rglob("*"):
            file.chmod(stat.S_IWRITE)
    shutil.rmtree(path)


def replace_folder(made: Path, target: Path) -> None:
    """Replace the folder `target`, if there is one, by a copy of `made`, which is complete before anything is moved.

    A kill leaves the old folder, the new one, or none; never half of one. Raises OSError when it cannot.
    """
    put_in_place(stage_folder(made, target), target)


def stage_folder(made: Path, target: Path) -> Path:
    """A copy of `made` beside `target`, to be put in its place; what a kill has left there is removed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    staged = target.parent / f".{target.name}.new"
    remove_folder(staged)
    shutil.copytree(made, staged)
    return staged


def put_in_place(staged: Path, target: Path) -> None:
    """Replace `target`, if there is one, by the staged folder."""
    old = target.parent / f".{target.name}.old"
    remove_folder(old)
    if target.exists():
        os.replace(target, old)
    os.replace(staged, target)
    remove_folder(old)


def write_atomically(path: Path, text: str) -> None:
    """Write UTF-8 with the line ends as they are in `text`: the whole file, or nothing.

    Lone surrogates, which stand in the names of some files, become question marks. Raises OSError when the disk does
    not allow it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(text.encode("utf-8", "replace"))
    os.replace(part, path)
