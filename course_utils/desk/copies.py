"""The student's own copies in `work/`, and what they were copied from.

`work/chapters/` has the chapters of `notebooks/`, and `work/chapters/zh/` the Chinese ones of `notebooks/zh/`;
`work/NAME/` has the assignment of `release/NAME/`. What was handed out
is kept, so that a newer edition can be told from what the student wrote: `work/.base/` has those files at the same
places, and `work/.handed_out.json` their digests.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from course_utils.desk.beside import is_kept_beside
from course_utils.desk.trust import trust
from course_utils.filesystem import CHAPTERS, folder_names, put_in_place, remove_folder, write_atomically
from course_utils.links import moved
from course_utils.translation import LANGUAGES, say

BASE = ".base"
RECORD = ".handed_out.json"
PATTERNS = ("*.ipynb", "images/*")  # of notebooks/; all of an assignment's files are handed out
OTHERS = tuple(f"{code}/{pattern}" for code in LANGUAGES if code != "en" for pattern in PATTERNS)  # zh/*.ipynb


def edition_files(root: Path) -> dict[str, Path]:
    """Place in `work/` -> the edition's file, of all that is handed out, the chapters first; `content` is copied."""
    chapters = root / "notebooks"
    found = [*_found(chapters, *PATTERNS), *_found(chapters, *OTHERS)]
    files = {f"{CHAPTERS}/{path.relative_to(chapters).as_posix()}": path for path in found}
    for name in folder_names(root / "release"):
        for path in _found(root / "release" / name, "**/*"):
            files[f"{name}/{path.relative_to(root / 'release' / name).as_posix()}"] = path
    return files


def content(place: str, path: Path) -> bytes:
    """What is handed out at the place, of the edition's file.

    A notebook's links lead from copy to copy. A chapter comes with its outputs, but without the numbers of its runs: a
    cell that has one was run by the student.
    """
    raw = path.read_bytes()
    if path.suffix != ".ipynb":
        return raw
    if not place.startswith(f"{CHAPTERS}/"):
        return moved(raw, f"release/{place}")
    return _not_run(moved(raw, f"notebooks/{place.removeprefix(f'{CHAPTERS}/')}"))


def hand_out(root: Path) -> list[str]:
    """Copy the chapters and the assignments that `work/` does not have yet; the folders with new copies, such as "gru".

    Nothing is ever overwritten, and an assignment that was begun gets no further files. Base and record are written
    before the copy: after a kill there is no copy that nothing is known of. A copy that nothing was recorded of, and
    that is what would be handed out today, is recorded too. Jupyter trusts the copies, so that explorers move before
    they are run. Raises OSError when the disk does not allow it.
    """
    work, files = root / "work", edition_files(root)
    missing = [place for place in files if not (work / _unit(place)).exists()]
    record = read_record(work)
    unrecorded = [place for place in files.keys() - record.keys() if _is_copy(work / place, place, files[place])]
    if missing or unrecorded:
        record |= {place: keep_base(work, place, files[place]) for place in [*missing, *unrecorded]}
        write_record(work, record)
    for place in missing:
        if place.endswith(".ipynb"):
            trust(content(place, files[place]))
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


def outdated(root: Path) -> list[str]:
    """The copies, such as "gru", of which the edition has another file than the one that was handed out."""
    work = root / "work"
    record = read_record(work)
    places = [
        place
        for place, path in edition_files(root).items()
        if place in record and (work / place).exists() and record[place] != digest(content(place, path))
    ]
    return list(dict.fromkeys(map(_unit, places)))


def outdated_line(root: Path) -> str:
    """One line for who opens the course; "" where all copies are of this edition."""
    names = say(", ").join(outdated(root))
    if not names:
        return ""
    return say("newer in the edition than your copies in work/: {names}. Bring it in: ./course update", names=names)


def base_of(work: Path, place: str) -> Path:
    """Where the file lies that was handed out at this place."""
    return work / BASE / place


def keep_base(work: Path, place: str, path: Path) -> str:
    """Keep the content of the edition's file as what was handed out at the place; its digest."""
    handed_out = content(place, path)
    _write(base_of(work, place), handed_out)
    return digest(handed_out)


def digest(handed_out: bytes) -> str:
    """The SHA-256, in hexadecimal digits."""
    return hashlib.sha256(handed_out).hexdigest()


def _not_run(raw: bytes) -> bytes:
    """The notebook without execution counts; what is no notebook stays as it is."""
    try:
        notebook = json.loads(raw)
        for cell in notebook["cells"]:
            for counted in (cell, *cell.get("outputs", [])):
                if "execution_count" in counted:
                    counted["execution_count"] = None
    except (ValueError, KeyError, TypeError, AttributeError):
        return raw
    return (json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def _unit(place: str) -> str:
    """What is copied at once: a single file of the chapters, or an assignment's folder."""
    folder = place.split("/")[0]
    return place if folder == CHAPTERS else folder


def _found(folder: Path, *patterns: str) -> list[Path]:
    found = sorted(path for pattern in patterns for path in folder.glob(pattern))
    ours = [path for path in found if path.is_file() and not is_kept_beside(path)]
    return [path for path in ours if ".ipynb_checkpoints" not in path.parts]


def _is_copy(copy: Path, place: str, path: Path) -> bool:
    return copy.is_file() and copy.read_bytes() == content(place, path)


def _write(path: Path, handed_out: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(handed_out)
    os.replace(part, path)


def _copy_unit(unit: str, files: dict[str, Path], work: Path) -> None:
    """A chapter's file, or an assignment's folder, which is there as a whole or not at all."""
    if unit in files:
        _write(work / unit, content(unit, files[unit]))
        return
    staged = work / f".{unit}.new"
    remove_folder(staged)
    for place, path in files.items():
        if place.startswith(f"{unit}/"):
            _write(staged / place.removeprefix(f"{unit}/"), content(place, path))
    put_in_place(staged, work / unit)
