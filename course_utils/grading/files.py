"""The files of a submission: regular ones only, as a link could lead to the gradebook or to another student's work."""

from __future__ import annotations

import os
from pathlib import Path

from course_utils.inside.confine import MEBI

SKIPPED = {".ipynb_checkpoints", "__pycache__"}
MAX_FILES, MAX_TOTAL = 500, 48 * MEBI


class TooMuch(Exception):
    """A folder holds more than is handed to a kernel; the message says what."""


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
