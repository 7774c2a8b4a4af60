"""The files of a submission: regular ones only, as a link could lead to the gradebook or to another student's work."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath

from course_utils.grading.course.times import EXAMPLES, AmbiguousTime, parse_time
from course_utils.sandbox.protocol.limits import MEBI
from course_utils.translation import say

SKIPPED = {".ipynb_checkpoints", "__pycache__", "__MACOSX"}
LITTER = {".ds_store", "thumbs.db", "desktop.ini"}  # what file managers leave, in any folder and archive
TIMESTAMP = "timestamp.txt"  # says when it was handed in: a penalty may depend on it, and no verdict
SECRET = "submission_secret.txt"  # by which nbgrader's exchange names a student's feedback
RECEIPT = "receipt.json"  # in the zip of `course submit`: it says when, and what is missing
OF_NBGRADER = (TIMESTAMP, SECRET)  # no student's work: what nbgrader keeps beside it
MAX_FILES, MAX_TOTAL, MAX_NAME = 500, 48 * MEBI, 1000


class TooMuch(Exception):
    """A folder holds more than is handed to a kernel; the message says how much is allowed."""


def merged(own: Mapping[str, bytes], ours: Mapping[str, bytes]) -> dict[str, bytes]:
    """A student's files and the instructor's, of which none is replaced, or has a file where it needs a folder."""
    in_the_way = {str(parent) for name in ours for parent in PurePosixPath(name).parents}
    fits = {name: content for name, content in own.items() if name not in in_the_way and not _is_below(name, ours)}
    return {**fits, **ours}


def handed_in_at(folder: Path) -> datetime | None:
    """When this was handed in, in UTC, as its timestamp.txt says; None where nothing is said.

    nbgrader opens whatever has the name: a pipe would keep it waiting, a link could lead anywhere.
    Raises AmbiguousTime, also for a file that is no text.
    """
    path = folder / TIMESTAMP
    try:
        if not _is_small_file(path.lstat()):
            raise AmbiguousTime(say("it is another kind of file; write {examples}", examples=say(EXAMPLES)))
        text = path.read_text(encoding="utf-8-sig").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeError) as error:
        raise AmbiguousTime(say("it cannot be read as text; write {examples}", examples=say(EXAMPLES))) from error
    return parse_time(text, naive_is_utc=True) if text else None


def small_text(path: Path) -> str:
    """The text of a small regular file; "" where there is none, or something else."""
    with contextlib.suppress(OSError, UnicodeError):
        if _is_small_file(path.lstat()):
            return path.read_text(encoding="utf-8-sig").strip()
    return ""


def timestamp_problem(folder: Path) -> str:
    """Why nobody can say when this was handed in, and what to do; empty where it is clear, or nothing is said."""
    try:
        handed_in_at(folder)
    except AmbiguousTime as error:
        return say("timestamp.txt holds no time that is clear: {reason}", reason=error)
    return ""


def is_of_nobody(name: str) -> bool:
    """Whether a file was made by a file manager and not by a person: `._gru.ipynb`, `.DS_Store`, `__MACOSX/…`."""
    parts = PurePosixPath(name).parts
    return bool(parts) and (parts[-1].startswith("._") or parts[-1].lower() in LITTER or "__MACOSX" in parts)


def _is_small_file(status: os.stat_result) -> bool:
    return stat.S_ISREG(status.st_mode) and status.st_size <= 1000


def _is_below(name: str, files: Mapping[str, bytes]) -> bool:
    return any(str(parent) in files for parent in PurePosixPath(name).parents)


def handed_in(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Relative name and status of everything in and below the folder but folders, always in the same order.

    What cannot be looked at is left out. Raises TooMuch for a name of more than MAX_NAME bytes, folders included.
    """
    waiting = [""]
    while waiting:
        parent = waiting.pop()
        for name in sorted(_names_in(folder / parent), key=os.fsencode):
            relative = f"{parent}/{name}".lstrip("/")
            if len(os.fsencode(relative)) > MAX_NAME:
                raise TooMuch(
                    say("there are folders in folders, with names of more than {count} bytes in all", count=MAX_NAME)
                )
            with contextlib.suppress(OSError):
                status = os.lstat(folder / relative)
                if not stat.S_ISDIR(status.st_mode):
                    if not is_of_nobody(relative):
                        yield relative, status
                elif name not in SKIPPED:
                    waiting.append(relative)


def _names_in(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def read_files(folder: Path, notebooks: bool = False) -> dict[str, bytes]:
    """Relative name -> content of the regular files in the folder and below; of notebooks only when asked.

    Raises TooMuch for more than MAX_FILES files or MAX_TOTAL bytes, or names of more than MAX_NAME.
    """
    files: dict[str, bytes] = {}
    total = 0
    for name, status in handed_in(folder):
        if not stat.S_ISREG(status.st_mode) or (PurePosixPath(name).suffix == ".ipynb") is not notebooks:
            continue
        total += status.st_size
        if total > MAX_TOTAL or len(files) >= MAX_FILES:
            raise TooMuch(
                say("more than {count} files or {size} MiB were handed in", count=MAX_FILES, size=MAX_TOTAL // MEBI)
            )
        files[name] = (folder / name).read_bytes()
    return files
