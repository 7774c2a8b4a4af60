"""The files of a submission: regular ones only, as a link could lead to the gradebook or to another student's work."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from nbgrader.utils import parse_utc

from course_utils.inside.confine import MEBI

SKIPPED = {".ipynb_checkpoints", "__pycache__"}
MAX_FILES, MAX_TOTAL = 500, 48 * MEBI


class TooMuch(Exception):
    """A folder holds more than is handed to a kernel; the message says what."""


def merged(own: Mapping[str, bytes], ours: Mapping[str, bytes]) -> dict[str, bytes]:
    """A student's files and the instructor's, of which none is replaced, or has a file where it needs a folder."""
    in_the_way = {str(parent) for name in ours for parent in PurePosixPath(name).parents}
    fits = {name: content for name, content in own.items() if name not in in_the_way and not _is_below(name, ours)}
    return {**fits, **ours}


def timestamp_problem(folder: Path) -> str:
    """Why nbgrader cannot read when this was handed in; empty where it can, or where nothing is said."""
    path = folder / "timestamp.txt"
    try:
        text = path.read_text(encoding="utf-8").strip() if path.is_file() else ""
        if text:
            parse_utc(text)
    except (OSError, ValueError, OverflowError):
        return "timestamp.txt holds no time; expected one such as 2026-01-31 23:59:00 UTC"
    return ""


def _is_below(name: str, files: Mapping[str, bytes]) -> bool:
    return any(str(parent) in files for parent in PurePosixPath(name).parents)


def read_files(folder: Path, notebooks: bool = False) -> dict[str, bytes]:
    """Relative name -> content of the regular files in the folder and below; of notebooks only when asked.

    Raises TooMuch for more than MAX_FILES files or MAX_TOTAL bytes.
    """
    found: dict[str, bytes] = {}
    total = 0
    for parent, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(set(folders) - SKIPPED)
        for name in sorted(names):
            path = Path(parent, name)
            if path.is_symlink() or not path.is_file() or (path.suffix == ".ipynb") is not notebooks:
                continue
            total += path.stat().st_size
            if total > MAX_TOTAL or len(found) >= MAX_FILES:
                raise TooMuch(f"more than {MAX_FILES} files or {MAX_TOTAL // MEBI} MiB were handed in")
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return found
