"""Folders and files: made, replaced and written in one step."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]


def put_tools_on_path() -> None:
    """Let subprocesses find the programs beside this Python: nbgrader starts `alembic` to make a gradebook."""
    tools = str(Path(sys.executable).parent)
    path = os.environ.get("PATH", "").split(os.pathsep)
    if path[0] != tools:
        os.environ["PATH"] = os.pathsep.join([tools, *path])


def folder_names(folder: Path, hidden: str = "._") -> list[str]:
    """The names of the folders inside, sorted, without those that begin with a letter of `hidden`.

    None when the folder itself does not exist.
    """
    if not folder.is_dir():
        return []
    return sorted(path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith(tuple(hidden)))


@contextlib.contextmanager
def workspace() -> Iterator[Path]:
    """A temporary folder that is gone afterwards, with the read-only files that nbgrader leaves in it."""
    path = Path(tempfile.mkdtemp(prefix="course-")).resolve()
    try:
        yield path
    finally:
        remove_folder(path)


def remove_folder(path: Path) -> None:
    """Remove a folder and all in it, if it exists; on Windows read-only files have to be made writable first."""
    if not path.exists():
        return
    if os.name == "nt":
        for file in path.rglob("*"):
            file.chmod(stat.S_IWRITE)
    shutil.rmtree(path)


def replace_folder(made: Path, place: Path) -> None:
    """Put a copy of the folder `made` in the place of `place`: the copy is complete before anything is moved.

    A kill leaves the old folder, the new one, or none; never a half of one.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh, old = (place.parent / f".{place.name}.{part}" for part in ("new", "old"))
    for leftover in (fresh, old):
        remove_folder(leftover)
    shutil.copytree(made, fresh)
    if place.exists():
        os.replace(place, old)
    os.replace(fresh, place)
    remove_folder(old)


def write_atomically(path: Path, text: str) -> None:
    """Write UTF-8 with the line ends as they are in `text`: all of the file, or nothing.

    A name of a file may hold what is no character, for which a question mark stands.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(text.encode("utf-8", "replace"))
    os.replace(part, path)
