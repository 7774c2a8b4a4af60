"""A file of lines that is only ever added to: what was graded, when, by which versions, and what was decided.

One line is one JSON object about a student. A kill can cut the last line off, which is then skipped; nothing that was
written before is touched.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Line = dict[str, Any]


@dataclass
class _Known:
    """How far a file was read: `lines` are those of its first `size` bytes, by student."""

    inode: int
    size: int = 0
    lines: dict[str, list[Line]] = field(default_factory=dict)


_files: dict[Path, _Known] = {}


def lines_of(path: Path, student: str) -> list[Line]:
    """The student's lines, oldest first; those that are no lines of a journal are left out."""
    return _read(path).get(student, [])


def students_in(path: Path) -> list[str]:
    """Everybody of whom there is a line."""
    return list(_read(path))


def append(path: Path, *lines: Line) -> None:
    """Add the lines in one step. Raises OSError when the disk does not allow it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode("utf-8", "replace")
    with path.open("ab+") as file:
        if file.tell() and not _ends_a_line(file):  # a kill has cut the last one off
            text = b"\n" + text
        file.write(text)


def _ends_a_line(file: Any) -> bool:
    file.seek(-1, os.SEEK_END)
    return bool(file.read(1) == b"\n")


def _read(path: Path) -> dict[str, list[Line]]:
    """All lines by student. Of a file that has grown only what is new is read."""
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            known = _files.get(path)
            if known is None or known.inode != status.st_ino or known.size > status.st_size:
                known = _files[path] = _Known(status.st_ino)
            file.seek(known.size)
            whole, end, _ = file.read().rpartition(b"\n")
    except OSError:
        return {}
    known.size += len(whole) + len(end)
    for line in whole.splitlines():
        with contextlib.suppress(ValueError):
            entry = json.loads(line)
            if isinstance(entry, dict) and isinstance(entry.get("student"), str):
                known.lines.setdefault(entry["student"], []).append(entry)
    return known.lines
