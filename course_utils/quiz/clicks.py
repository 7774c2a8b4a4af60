"""A file of clicks beside the notebook: read, and replaced in one step at every click."""

from __future__ import annotations

import json
import os
from pathlib import Path

from course_utils.quiz.answers import LARGEST, BrokenClicks, parse_clicks


def read_clicks(path: Path) -> bytes | None:
    """The file's bytes, of a huge file only enough to know that it is one; None without a file. Raises: OSError."""
    try:
        with open(path, "rb") as file:
            return file.read(LARGEST + 1)
    except FileNotFoundError:
        return None


def save_click(path: Path, question: str, choice: int | str) -> Path | None:
    """Keep a click on a choice, which is named by its number or its text.

    Everything else in the file stays; a file that cannot be read as clicks is put aside first. Returns where the old
    file was put, if it was. Raises: OSError when the click could not be saved.
    """
    raw = read_clicks(path)
    aside = None
    try:
        clicks = {} if raw is None else parse_clicks(raw)
    except BrokenClicks:
        clicks, aside = {}, _put_aside(path)
    _write(path, json.dumps(clicks | {question: choice}, indent=2) + "\n")
    return aside


def _put_aside(path: Path) -> Path:
    """Rename the file to the first free name: quiz_answers.broken-1.json."""
    number = 1
    while (place := path.with_name(f"{path.stem}.broken-{number}{path.suffix}")).exists():
        number += 1
    os.rename(path, place)
    return place


def _write(path: Path, text: str) -> None:
    """All of the text, on the disk, or what was there before."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(part, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
