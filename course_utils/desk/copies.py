"""The student's own copies in `work/`, and what they were copied from.

`work/chapters/` has the chapters of `notebooks/`, `work/NAME/` the assignment of `release/NAME/`. What was handed out
is kept, so that a newer edition can be told from what the student wrote: `work/.base/` has those files at the same
places, and `work/.handed_out.json` their digests.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path

from course_utils.filesystem import folder_names, put_in_place, remove_folder, write_atomically

CHAPTERS = "chapters"
BASE = ".base"
RECORD = ".handed_out.json"
PATTERNS = ("*.ipynb", "images/*")  # of notebooks/; all of an assignment's files are handed out


def edition_files(root: Path) -> dict[str, Path]:
    """Place in `work/` -> the edition's file: all that is handed out, the chapters first."""
    chapters = root / "notebooks"
    files = {f"{CHAPTERS}/{path.relative_to(chapters).as_posix()}": path for path in _found(chapters, *PATTERNS)}
    for name in folder_names(root / "release"):
        for path in _found(root / "release" / name, "**/*"):
            files[f"{name}/{path.relative_to(root / 'release' / name).as_posix()}"] = path
    return files


def hand_out(root: Path) -> list[str]:
    """Copy the chapters and the assignments that `work/` does not have yet; the folders with new copies, such as "gru".

    Nothing is ever overwritten, and an assignment that was begun gets no further files. Base and record are written
    before the copy: after a kill there is no copy that nothing is known of. A copy that nothing was recorded of, and
    that is the edition's very file, is recorded too. Raises OSError when the disk does not allow it.
    """
    work, files = root / "work", edition_files(root)
    missing = [place for place in files if not (work / _unit(place)).exists()]
    record = read_record(work)
    unrecorded = [place for place in files.keys() - record.keys() if _is_copy(work / place, files[place])]
    if missing or unrecorded:
        record |= {place: keep_base(work, place, files[place]) for place in [*missing, *unrecorded]}
        write_record(work, record)
    for unit in dict.fromkeys(map(_unit, missing)):
        _copy_unit(unit, files, work)
    return list(dict.fromkeys(place.split("/")[0] for place in missing))


def read_record(work: Path) -> dict[str, str]:
    """Place in `work/` -> SHA-256 of the file that was handed out there; {} where nothing is recorded."""
    try:
        record = json.loads((work / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    files = record.get("files") if isinstance(record, dict) else None
    return files if isinstance(files, dict) else {}


def write_record(work: Path, record: dict[str, str]) -> None:
    """Replace the record in one step."""
    write_atomically(work / RECORD, json.dumps({"files": dict(sorted(record.items()))}, indent=1) + "\n")


def base_of(work: Path, place: str) -> Path:
    """Where the file lies that was handed out at this place."""
    return work / BASE / place


def keep_base(work: Path, place: str, path: Path) -> str:
    """Keep `path` as what was handed out at the place; its digest."""
    _copy(path, base_of(work, place))
    return digest(path)


def digest(path: Path) -> str:
    """The file's SHA-256, in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _unit(place: str) -> str:
    """What is copied at once: a single file of the chapters, or an assignment's folder."""
    folder = place.split("/")[0]
    return place if folder == CHAPTERS else folder


def _found(folder: Path, *patterns: str) -> list[Path]:
    found = sorted(path for pattern in patterns for path in folder.glob(pattern))
    return [path for path in found if path.is_file() and ".ipynb_checkpoints" not in path.parts]


def _is_copy(copy: Path, path: Path) -> bool:
    return copy.is_file() and digest(copy) == digest(path)


def _copy(path: Path, target: Path) -> None:
    """Copy the content, not the permissions: the edition's file may be one that nobody may write."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    shutil.copyfile(path, part)
    os.replace(part, target)


def _copy_unit(unit: str, files: dict[str, Path], work: Path) -> None:
    """A chapter's file, or an assignment's folder, which is there as a whole or not at all."""
    if unit in files:
        _copy(files[unit], work / unit)
        return
    staged = work / f".{unit}.new"
    remove_folder(staged)
    for place, path in files.items():
        if place.startswith(f"{unit}/"):
            _copy(path, staged / place.removeprefix(f"{unit}/"))
    put_in_place(staged, work / unit)
