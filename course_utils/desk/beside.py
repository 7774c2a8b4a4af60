"""What a student has changed is kept beside the file that replaces it: `01_gru (yours, 2026-11-30).ipynb`."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path


def is_kept_beside(path: Path) -> bool:
    """Whether the file is what a student had, and none of the edition's."""
    return " (yours, " in path.name


def keep_beside(path: Path) -> Path:
    """A copy of the file beside it; an earlier one where that has the same content. Raises OSError."""
    content = path.read_bytes()
    others = [other for other in sorted(path.parent.iterdir()) if other.name.startswith(f"{path.stem} (yours, ")]
    for other in others:
        if other.suffix == path.suffix and other.is_file() and other.read_bytes() == content:
            return other
    today, count = date.today().isoformat(), 1
    kept = path.with_name(f"{path.stem} (yours, {today}){path.suffix}")
    while kept.exists():
        count += 1
        kept = path.with_name(f"{path.stem} (yours, {today}, {count}){path.suffix}")
    swap_in(kept, content)
    return kept


def swap_in(path: Path, content: bytes) -> None:
    """Write the file in one step; it is as executable as the one that it replaces. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    if path.exists():
        part.chmod(path.stat().st_mode & 0o777)
    os.replace(part, path)
